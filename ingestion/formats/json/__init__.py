"""JSON documents and lines, NGSI-LD and SensorThings among them."""
