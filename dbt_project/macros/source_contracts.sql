{# Written by dbt_project/sources.py from ingestion/contracts: change those, not this file. #}
{% macro source_contracts() %}
{{ return({
    "airport_passengers": {
        "delivery": "snapshot",
        "conflict": "keep",
        "key": [
            "year",
            "passenger_type",
            "direction"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "year",
            "item",
            "passenger_type",
            "direction",
            "passengers",
            "unit",
            "agency",
            "passengers_reason"
        ]
    },
    "environment_sensor_readings": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "station_id",
            "parameter",
            "observed_at"
        ],
        "day": "observed_at",
        "issued": "",
        "lookback_days": 3,
        "content": [
            "station_id",
            "parameter",
            "observed_at",
            "value",
            "unit",
            "source_flag",
            "value_reason"
        ]
    },
    "environment_stations": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "station_id"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "station_id",
            "name_th",
            "name_en",
            "kind",
            "tambon_code",
            "latitude",
            "longitude",
            "ground_level_m_msl",
            "min_bank_m_msl",
            "interval_minutes",
            "ground_level_m_msl_reason",
            "min_bank_m_msl_reason"
        ]
    },
    "hotel_occupancy": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "item"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "year",
            "item",
            "occupancy_pct",
            "unit",
            "agency",
            "occupancy_pct_reason"
        ]
    },
    "registered_hotels": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "item"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "year",
            "item",
            "hotels",
            "unit",
            "agency",
            "hotels_reason"
        ]
    },
    "tap_water_supply": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "measure"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "year",
            "province",
            "item",
            "measure",
            "volume_m3",
            "unit",
            "agency",
            "volume_m3_reason"
        ]
    }
}) }}
{% endmacro %}
