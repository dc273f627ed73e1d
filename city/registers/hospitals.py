"""The larger hospitals of Phuket.

Names, kinds and sides of town are those of real hospitals. Codes have the ministry's form, but only
those of Vachira and the two community hospitals are the ministry's; beds are rounded to what such
hospitals have. Coordinates lie near the hospital, in ten-thousandths of a degree.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hospital:
    """One hospital. `share` is its part of the patients of state hospitals, per mille."""

    code: str
    name_th: str
    name_en: str
    kind: str
    affiliation: str
    tambon: str
    beds: int
    latitude: int
    longitude: int
    out_share: int = 0
    in_share: int = 0

    @property
    def is_public(self) -> bool:
        """Does it report to the ministry's data centre?"""
        return self.out_share > 0


REGIONAL, GENERAL, COMMUNITY, PRIVATE = (
    "โรงพยาบาลศูนย์", "โรงพยาบาลทั่วไป", "โรงพยาบาลชุมชน", "โรงพยาบาลเอกชน",
)  # fmt: skip
MINISTRY, PROVINCE, COMPANY = "กระทรวงสาธารณสุข", "องค์การบริหารส่วนจังหวัดภูเก็ต", "เอกชน"

HOSPITALS = (
    Hospital("10740", "โรงพยาบาลวชิระภูเก็ต", "Vachira Phuket Hospital", REGIONAL, MINISTRY,
             "830102", 590, 78977, 983840, 520, 610),
    Hospital("11355", "โรงพยาบาลป่าตอง", "Patong Hospital", COMMUNITY, MINISTRY,
             "830202", 60, 78980, 983005, 170, 130),
    Hospital("11356", "โรงพยาบาลถลาง", "Thalang Hospital", COMMUNITY, MINISTRY,
             "830301", 60, 80300, 983350, 160, 120),
    Hospital("40741", "โรงพยาบาลฉลอง", "Chalong Hospital", COMMUNITY, MINISTRY,
             "830106", 60, 78440, 983400, 90, 70),
    Hospital("40742", "โรงพยาบาลองค์การบริหารส่วนจังหวัดภูเก็ต", "Phuket Provincial Hospital",
             GENERAL, PROVINCE, "830104", 129, 79070, 983930, 60, 70),
    Hospital("40743", "โรงพยาบาลกรุงเทพภูเก็ต", "Bangkok Hospital Phuket", PRIVATE, COMPANY,
             "830102", 200, 79010, 983810),
    Hospital("40744", "โรงพยาบาลกรุงเทพสิริโรจน์", "Bangkok Hospital Siriroj", PRIVATE, COMPANY,
             "830105", 150, 78940, 983680),
    Hospital("40745", "โรงพยาบาลมิชชั่นภูเก็ต", "Mission Hospital Phuket", PRIVATE, COMPANY,
             "830104", 100, 79060, 983930),
    Hospital("40746", "โรงพยาบาลดีบุก", "Dibuk Hospital", PRIVATE, COMPANY,
             "830105", 100, 78760, 983650),
)  # fmt: skip
