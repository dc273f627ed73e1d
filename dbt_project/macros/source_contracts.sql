{# Written by dbt_project/sources.py from ingestion/contracts: change those, not this file. #}
{% macro source_contracts() %}
{{ return({
    "air4thai": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "station_id",
            "observed_at"
        ],
        "day": "observed_at",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "station_id",
            "observed_at",
            "station_type",
            "name_th",
            "name_en",
            "area_th",
            "latitude",
            "longitude",
            "pm25_mean_24h_ugm3",
            "pm10_mean_24h_ugm3",
            "o3_ppb",
            "aqi",
            "pm25_mean_24h_ugm3_reason",
            "pm10_mean_24h_ugm3_reason",
            "o3_ppb_reason",
            "aqi_reason"
        ]
    },
    "air_quality_sensors": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "sensor_id",
            "observed_at"
        ],
        "day": "observed_at",
        "issued": "",
        "lookback_days": 1,
        "content": [
            "sensor_id",
            "tambon_code",
            "observed_at",
            "pm25_ugm3",
            "temperature_celsius",
            "humidity_pct",
            "pm25_ugm3_reason",
            "temperature_celsius_reason",
            "humidity_pct_reason"
        ]
    },
    "airport_daily": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "arrived_on",
            "service"
        ],
        "day": "arrived_on",
        "issued": "",
        "lookback_days": 3,
        "content": [
            "arrived_on",
            "service",
            "passengers"
        ]
    },
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
    "attractions": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "attraction_id"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "attraction_id",
            "name_th",
            "name_en",
            "category",
            "tambon_code",
            "longitude",
            "latitude",
            "opening_hours"
        ]
    },
    "beach_flags": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "beach_id",
            "reported_at"
        ],
        "day": "reported_at",
        "issued": "",
        "lookback_days": 2,
        "content": [
            "beach_id",
            "name_th",
            "name_en",
            "tambon_code",
            "latitude",
            "longitude",
            "reported_at",
            "flag",
            "wave_m",
            "rescues",
            "drownings",
            "latitude_reason",
            "longitude_reason",
            "wave_m_reason"
        ]
    },
    "business_registrations": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "month",
            "area"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "year",
            "month",
            "area",
            "founded",
            "capital_mthb",
            "dissolved",
            "agency",
            "founded_reason",
            "capital_mthb_reason",
            "dissolved_reason"
        ]
    },
    "care_capacity": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "hospital_id",
            "fiscal_year",
            "month"
        ],
        "day": "",
        "issued": "computed_on",
        "lookback_days": 92,
        "content": [
            "record_id",
            "hospital_id",
            "village_code",
            "computed_on",
            "fiscal_year",
            "month",
            "beds",
            "outpatient_visits",
            "admissions",
            "outpatient_visits_reason",
            "admissions_reason"
        ]
    },
    "cctv_cameras": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "camera_id"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "camera_id",
            "kind",
            "name_th",
            "name_en",
            "tambon_code",
            "road_th",
            "road_en",
            "highway",
            "position",
            "latitude",
            "longitude",
            "is_working",
            "road_th_reason",
            "road_en_reason",
            "highway_reason",
            "position_reason"
        ]
    },
    "cctv_uptime": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "reported_on",
            "camera_id"
        ],
        "day": "reported_on",
        "issued": "",
        "lookback_days": 3,
        "content": [
            "reported_on",
            "camera_id",
            "uptime",
            "expected"
        ]
    },
    "crime_cases": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "month",
            "station",
            "crime_group"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "year",
            "month",
            "station",
            "crime_group",
            "reported",
            "arrested",
            "arrested_reason"
        ]
    },
    "crime_groups": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "crime_group",
            "fiscal_year"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "crime_group",
            "fiscal_year",
            "reported",
            "arrested",
            "reported_reason",
            "arrested_reason"
        ]
    },
    "dengue_reports": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "report_id"
        ],
        "day": "onset_on",
        "issued": "issued_on",
        "lookback_days": 7,
        "content": [
            "report_id",
            "disease",
            "sex",
            "age_years",
            "tambon_code",
            "hospital_id",
            "care",
            "onset_on",
            "treated_on",
            "defined_on",
            "issued_on"
        ]
    },
    "dengue_weekly": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "week_from",
            "amphoe_code"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "epi_year",
            "epi_week",
            "week_from",
            "amphoe_code",
            "dengue_fever",
            "haemorrhagic_fever",
            "shock_syndrome",
            "cases",
            "agency"
        ]
    },
    "density_calibrations": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "tambon_code",
            "valid_from",
            "from_hour"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "tambon_code",
            "valid_from",
            "valid_until",
            "from_hour",
            "until_hour",
            "visitors_per_device",
            "method",
            "counted_hours",
            "surveyed_on",
            "valid_until_reason"
        ]
    },
    "enrolment": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "academic_year",
            "school_id",
            "level"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "academic_year",
            "school_id",
            "name_th",
            "level",
            "boys",
            "girls",
            "pupils",
            "teachers",
            "classrooms",
            "agency",
            "boys_reason",
            "girls_reason",
            "pupils_reason",
            "teachers_reason",
            "classrooms_reason"
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
    "face_alert_counts": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "month"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "year",
            "month",
            "issued",
            "verified",
            "false_alerts",
            "verified_reason",
            "false_alerts_reason"
        ]
    },
    "gross_provincial_product": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "edition",
            "year",
            "sector"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "edition",
            "year",
            "vintage",
            "sector",
            "current_mthb",
            "volume_mthb",
            "unit",
            "agency",
            "current_mthb_reason",
            "volume_mthb_reason"
        ]
    },
    "hospital_patients": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "patient_type"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "year",
            "item",
            "patient_type",
            "patients",
            "unit",
            "agency",
            "patients_reason"
        ]
    },
    "hospitals": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "hospital_id"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "hospital_id",
            "name_th",
            "name_en",
            "kind",
            "affiliation",
            "tambon_code",
            "beds",
            "latitude",
            "longitude",
            "agency",
            "beds_reason",
            "latitude_reason",
            "longitude_reason"
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
    "hotel_rooms": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "area"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "year",
            "area",
            "hotels",
            "rooms",
            "agency",
            "hotels_reason",
            "rooms_reason"
        ]
    },
    "immigration_arrivals": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "month",
            "nationality"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "year",
            "month",
            "nationality",
            "arrivals",
            "unit",
            "agency",
            "arrivals_reason"
        ]
    },
    "immigration_daily": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "arrived_on",
            "nationality"
        ],
        "day": "arrived_on",
        "issued": "",
        "lookback_days": 3,
        "content": [
            "arrived_on",
            "checkpoint",
            "nationality",
            "arrivals",
            "arrivals_reason"
        ]
    },
    "length_of_stay": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "origin"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "year",
            "item",
            "origin",
            "stay",
            "unit",
            "agency",
            "stay_reason"
        ]
    },
    "local_authorities": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "authority_id",
            "tambon_code",
            "valid_from"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "dla_code",
            "authority_id",
            "kind",
            "amphoe_code",
            "tambon_code",
            "printed_tambon_code",
            "valid_from",
            "valid_until",
            "agency",
            "dla_code_reason",
            "valid_until_reason"
        ]
    },
    "mots_tourism_history": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "month",
            "province_code",
            "vintage"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "year",
            "month",
            "province_code",
            "vintage",
            "occupancy_pct",
            "guests",
            "visitors_thai",
            "visitors_foreign",
            "revenue_thai",
            "revenue_foreign",
            "agency",
            "occupancy_pct_reason",
            "guests_reason",
            "visitors_thai_reason",
            "visitors_foreign_reason",
            "revenue_thai_reason",
            "revenue_foreign_reason"
        ]
    },
    "mots_tourism_preliminary": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "month",
            "province_code"
        ],
        "day": "month",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "month",
            "province_code",
            "occupancy_pct",
            "occupancy_pct_last_year",
            "occupancy_pct_change_pct",
            "guests",
            "guests_last_year",
            "guests_change_pct",
            "visitors_thai",
            "visitors_thai_last_year",
            "visitors_thai_change_pct",
            "visitors_foreign",
            "visitors_foreign_last_year",
            "visitors_foreign_change_pct",
            "revenue_thai",
            "revenue_thai_last_year",
            "revenue_thai_change_pct",
            "revenue_foreign",
            "revenue_foreign_last_year",
            "revenue_foreign_change_pct",
            "occupancy_pct_reason",
            "occupancy_pct_last_year_reason",
            "occupancy_pct_change_pct_reason",
            "guests_reason",
            "guests_last_year_reason",
            "guests_change_pct_reason",
            "visitors_thai_reason",
            "visitors_thai_last_year_reason",
            "visitors_thai_change_pct_reason",
            "visitors_foreign_reason",
            "visitors_foreign_last_year_reason",
            "visitors_foreign_change_pct_reason",
            "revenue_thai_reason",
            "revenue_thai_last_year_reason",
            "revenue_thai_change_pct_reason",
            "revenue_foreign_reason",
            "revenue_foreign_last_year_reason",
            "revenue_foreign_change_pct_reason"
        ]
    },
    "mots_tourism_revised": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "month",
            "province_code"
        ],
        "day": "month",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "month",
            "province_code",
            "occupancy_pct",
            "occupancy_pct_last_year",
            "occupancy_pct_change_pct",
            "guests",
            "guests_last_year",
            "guests_change_pct",
            "visitors_thai",
            "visitors_thai_last_year",
            "visitors_thai_change_pct",
            "visitors_foreign",
            "visitors_foreign_last_year",
            "visitors_foreign_change_pct",
            "revenue_thai",
            "revenue_thai_last_year",
            "revenue_thai_change_pct",
            "revenue_foreign",
            "revenue_foreign_last_year",
            "revenue_foreign_change_pct",
            "occupancy_pct_reason",
            "occupancy_pct_last_year_reason",
            "occupancy_pct_change_pct_reason",
            "guests_reason",
            "guests_last_year_reason",
            "guests_change_pct_reason",
            "visitors_thai_reason",
            "visitors_thai_last_year_reason",
            "visitors_thai_change_pct_reason",
            "visitors_foreign_reason",
            "visitors_foreign_last_year_reason",
            "visitors_foreign_change_pct_reason",
            "revenue_thai_reason",
            "revenue_thai_last_year_reason",
            "revenue_thai_change_pct_reason",
            "revenue_foreign_reason",
            "revenue_foreign_last_year_reason",
            "revenue_foreign_change_pct_reason"
        ]
    },
    "municipal_budgets": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "fiscal_year",
            "authority_id",
            "item"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "fiscal_year",
            "authority_id",
            "item",
            "amount_thb",
            "unit",
            "agency",
            "amount_thb_reason"
        ]
    },
    "pcd_water_quality": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "station_id",
            "sampled_on",
            "parameter"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "year",
            "sampling_round",
            "sampled_on",
            "station_id",
            "station_name_th",
            "parameter",
            "value",
            "unit",
            "status",
            "agency",
            "value_reason"
        ]
    },
    "people_counts": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "zone_id",
            "counted_from"
        ],
        "day": "counted_from",
        "issued": "",
        "lookback_days": 1,
        "content": [
            "zone_id",
            "tambon_code",
            "counted_from",
            "counted_to",
            "people",
            "people_towards",
            "people_away",
            "is_congested",
            "reported_at",
            "people_reason",
            "people_towards_reason",
            "people_away_reason"
        ]
    },
    "piers": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "pier_id"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "pier_id",
            "name_th",
            "name_en",
            "tambon_code",
            "destinations",
            "longitude",
            "latitude"
        ]
    },
    "plate_reads": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "camera_id",
            "seen_at",
            "plate"
        ],
        "day": "seen_at",
        "issued": "",
        "lookback_days": 1,
        "content": [
            "camera_id",
            "seen_at",
            "plate",
            "plate_region",
            "direction",
            "confidence",
            "plate_province",
            "plate_previous"
        ]
    },
    "plate_reads_checkpoint": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "camera_id",
            "seen_at",
            "plate"
        ],
        "day": "seen_at",
        "issued": "",
        "lookback_days": 1,
        "content": [
            "camera_id",
            "seen_at",
            "plate",
            "plate_region",
            "direction",
            "lane",
            "confidence",
            "plate_province",
            "plate_previous"
        ]
    },
    "population": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "counted_on",
            "registration_office",
            "village_code"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "counted_on",
            "province_code",
            "registration_office",
            "tambon_code",
            "village_code",
            "men",
            "women",
            "people",
            "houses"
        ]
    },
    "provincial_visitors": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "visitor_kind",
            "origin"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "year",
            "item",
            "visitor_kind",
            "origin",
            "visitors",
            "unit",
            "agency",
            "visitors_reason"
        ]
    },
    "public_contracts": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "project_id"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "project_id",
            "project_name",
            "department",
            "authority_id",
            "method",
            "announced_on",
            "fiscal_year",
            "budget_thb",
            "agreed_thb",
            "province_code",
            "amphoe_code",
            "tambon_code",
            "status",
            "signed_on",
            "due_day",
            "budget_thb_reason",
            "agreed_thb_reason"
        ]
    },
    "public_holidays": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "holiday_on"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "holiday_on",
            "date_th",
            "weekday_th",
            "name_th",
            "name_en"
        ]
    },
    "rain_counters": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "station_id",
            "observed_at"
        ],
        "day": "observed_at",
        "issued": "",
        "lookback_days": 3,
        "content": [
            "station_id",
            "observed_at",
            "counter_mm",
            "tip_mm",
            "rolls_over_mm",
            "tambon_code",
            "latitude",
            "longitude"
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
    "registered_population": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "area",
            "sex"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "table_name",
            "area",
            "sex",
            "people",
            "unit",
            "agency",
            "people_reason"
        ]
    },
    "road_accidents": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "accident_id"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "accident_id",
            "happened_at",
            "reported_at",
            "province",
            "province_en",
            "agency",
            "road",
            "vehicle",
            "presumed_cause",
            "accident_type",
            "vehicles",
            "killed",
            "injured",
            "weather",
            "latitude",
            "longitude",
            "road_description",
            "slope_description"
        ]
    },
    "road_deaths": {
        "delivery": "snapshot",
        "conflict": "keep",
        "key": [
            "year",
            "month",
            "measure"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "year",
            "month",
            "measure",
            "persons",
            "unit",
            "agency",
            "persons_reason"
        ]
    },
    "road_injuries": {
        "delivery": "snapshot",
        "conflict": "keep",
        "key": [
            "year",
            "month",
            "measure"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "year",
            "month",
            "measure",
            "persons",
            "unit",
            "agency",
            "persons_reason"
        ]
    },
    "schools": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "school_id"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "school_id",
            "name_th",
            "affiliation",
            "highest_level",
            "tambon_code",
            "latitude",
            "longitude",
            "agency",
            "latitude_reason",
            "longitude_reason"
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
    },
    "thaiwater_levels": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "station_id",
            "observed_at"
        ],
        "day": "observed_at",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "station_id",
            "observed_at",
            "station_name_th",
            "river_th",
            "province_code",
            "latitude",
            "longitude",
            "level_m_msl",
            "bank_side",
            "above_bank_m",
            "storage_pct",
            "situation_level",
            "ground_level_m_msl",
            "min_bank_m_msl",
            "agency",
            "level_m_msl_reason",
            "ground_level_m_msl_reason",
            "min_bank_m_msl_reason"
        ]
    },
    "thaiwater_rain": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "station_id",
            "observed_at"
        ],
        "day": "observed_at",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "station_id",
            "observed_at",
            "station_name_th",
            "province_code",
            "latitude",
            "longitude",
            "rain_rolling_24h_mm",
            "rain_1h_mm",
            "agency",
            "rain_rolling_24h_mm_reason",
            "rain_1h_mm_reason"
        ]
    },
    "tide_tables": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "place",
            "year",
            "month_of_year",
            "day_of_month",
            "local_time"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "place",
            "year",
            "month_of_year",
            "day_of_month",
            "local_time",
            "height_m_above_lowest_low_water",
            "turn"
        ]
    },
    "tmd_weather": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "station_id",
            "observed_at"
        ],
        "day": "observed_at",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "station_id",
            "observed_at",
            "name_th",
            "name_en",
            "province_code",
            "latitude",
            "longitude",
            "pressure_msl_hpa",
            "temperature_celsius",
            "dew_point_celsius",
            "humidity_pct",
            "wind_from_degrees",
            "wind_speed_kmh",
            "rain_3h_mm",
            "rain_24h_mm",
            "pressure_msl_hpa_reason",
            "temperature_celsius_reason",
            "dew_point_celsius_reason",
            "humidity_pct_reason",
            "wind_from_degrees_reason",
            "wind_speed_kmh_reason",
            "rain_3h_mm_reason",
            "rain_24h_mm_reason"
        ]
    },
    "traffic_violations": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "event_id"
        ],
        "day": "observed_at",
        "issued": "changed_at",
        "lookback_days": 2,
        "content": [
            "event_id",
            "camera_id",
            "observed_at",
            "violation",
            "speed",
            "speed_limit",
            "plate_region",
            "vehicle_class",
            "confidence",
            "state",
            "is_confirmed",
            "changed_at",
            "fine",
            "speed_reason",
            "speed_limit_reason",
            "is_confirmed_reason",
            "fine_reason"
        ]
    },
    "traffy_complaints": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "ticket_id"
        ],
        "day": "reported_at",
        "issued": "last_activity_at",
        "lookback_days": 7,
        "content": [
            "ticket_id",
            "reported_at",
            "last_activity_at",
            "status",
            "kinds",
            "authority_id",
            "longitude",
            "latitude",
            "star",
            "count_reopen",
            "kinds_reason",
            "authority_id_reason",
            "longitude_reason",
            "latitude_reason",
            "star_reason",
            "count_reopen_reason"
        ]
    },
    "vat_index": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "month"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "year",
            "month",
            "item",
            "vat_index",
            "unit",
            "agency",
            "vat_index_reason"
        ]
    },
    "vehicle_counts": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "camera_id",
            "observed_at"
        ],
        "day": "observed_at",
        "issued": "",
        "lookback_days": 1,
        "content": [
            "camera_id",
            "camera_name",
            "device",
            "observed_at",
            "vehicles",
            "speed",
            "is_congested",
            "longitude",
            "latitude"
        ]
    },
    "visitor_spend": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "visitor_kind",
            "origin"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "province",
            "year",
            "item",
            "visitor_kind",
            "origin",
            "spend",
            "unit",
            "agency",
            "spend_reason"
        ]
    },
    "waste_disposed": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "lao_code"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "year",
            "item",
            "province",
            "amphoe_printed",
            "lao_code",
            "waste_t",
            "unit",
            "agency",
            "waste_t_reason"
        ]
    },
    "waste_generated": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "year",
            "lao_code"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "year",
            "item",
            "province",
            "amphoe_printed",
            "lao_code",
            "waste_t",
            "unit",
            "agency",
            "waste_t_reason"
        ]
    },
    "water_quality_probes": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "station_id",
            "parameter",
            "observed_at"
        ],
        "day": "observed_at",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "station_id",
            "parameter",
            "has_probe",
            "observed_at",
            "value",
            "unit",
            "value_reason"
        ]
    },
    "wifi_access_points": {
        "delivery": "snapshot",
        "conflict": "quarantine",
        "key": [
            "access_point_id"
        ],
        "day": "",
        "issued": "",
        "lookback_days": 0,
        "content": [
            "access_point_id",
            "name_th",
            "name_en",
            "tambon_code",
            "longitude",
            "latitude",
            "access_point_mac",
            "networks",
            "state",
            "clients",
            "reported_at",
            "clients_reason"
        ]
    },
    "wifi_sessions": {
        "delivery": "increment",
        "conflict": "latest",
        "key": [
            "session_id"
        ],
        "day": "started_at",
        "issued": "updated_at",
        "lookback_days": 1,
        "content": [
            "session_id",
            "access_point_mac",
            "network",
            "device",
            "started_at",
            "updated_at",
            "stopped_at",
            "session_seconds",
            "octets_in",
            "octets_out",
            "terminate_cause",
            "stopped_at_reason",
            "session_seconds_reason",
            "octets_in_reason",
            "octets_out_reason",
            "terminate_cause_reason",
            "device_randomised"
        ]
    }
}) }}
{% endmacro %}
