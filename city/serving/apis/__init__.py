"""The interfaces of agencies and of the city, as their servers speak them."""
