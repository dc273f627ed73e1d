"""The 18 municipalities and TAO of Phuket and its provincial organisation, and where each governs.

Two may share a tambon and one may span two, so which governs where is a bridge with dates: kinds
change when a place grows. Names, kinds and codes are as published (boundaries of the Department of
Local Administration, kept in the public repository Nonarkara/phuket-dashboard); two codes are not
published there. Of Kathu's change the year alone is known, and stands for the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from city.registers.tambon import TAMBON_CODES

KINDS = {
    "อบจ.": "องค์การบริหารส่วนจังหวัด",
    "ทน.": "เทศบาลนคร",
    "ทม.": "เทศบาลเมือง",
    "ทต.": "เทศบาลตำบล",
    "อบต.": "องค์การบริหารส่วนตำบล",
}
TAO_SINCE, MUNICIPALITY_SINCE = date(1997, 2, 23), date(1999, 5, 25)


@dataclass(frozen=True)
class LocalAuthority:
    """One local authority as it is today.

    `id` is the platform's word for it; `share` is its part of the people of its tambon in per cent.
    `earlier` is the kind it had until `since`, or empty; `earlier_since` is from when.
    """

    id: str
    code: str
    kind: str
    name_th: str
    tambon: tuple[str, ...]
    share: int = 100
    since: date = MUNICIPALITY_SINCE
    earlier: str = ""

    @property
    def earlier_since(self) -> date:
        """The laws of 1994 and 1999 made subdistrict organisations and municipalities of most."""
        return TAO_SINCE if self.earlier == "อบต." else MUNICIPALITY_SINCE

    @property
    def full_name(self) -> str:
        """Its name with its kind spelled out."""
        return f"{KINDS[self.kind]}{self.name_th}"

    @property
    def short_name(self) -> str:
        """Its name with its kind abbreviated, as most tables of other agencies have it."""
        return f"{self.kind}{self.name_th}"


LOCAL_AUTHORITIES = (
    LocalAuthority("pao_phuket", "", "อบจ.", "ภูเก็ต", TAMBON_CODES, since=date(1997, 10, 31)),
    LocalAuthority("municipality_phuket", "483010101", "ทน.", "ภูเก็ต", ("830101", "830102"),
                   since=date(2004, 2, 13), earlier="ทม."),
    LocalAuthority("tao_ko_kaeo", "683010301", "อบต.", "เกาะแก้ว", ("830103",), since=TAO_SINCE),
    LocalAuthority("municipality_ratsada", "683010401", "ทต.", "รัษฎา", ("830104",)),
    LocalAuthority("municipality_wichit", "683010501", "ทต.", "วิชิต", ("830105",),
                   since=date(2007, 8, 30), earlier="อบต."),
    LocalAuthority("municipality_chalong", "683010601", "ทต.", "ฉลอง", ("830106",)),
    LocalAuthority("municipality_rawai", "683010701", "ทต.", "ราไวย์", ("830107",)),
    LocalAuthority("municipality_karon", "683010801", "ทต.", "กะรน", ("830108",)),
    LocalAuthority("municipality_kathu", "683020101", "ทม.", "กะทู้", ("830201",),
                   since=date(2011, 1, 1), earlier="ทต."),
    LocalAuthority("municipality_pa_tong", "683020201", "ทม.", "ป่าตอง", ("830202",),
                   since=date(2002, 4, 12), earlier="ทต."),
    LocalAuthority("tao_kamala", "683020301", "อบต.", "กมลา", ("830203",), since=TAO_SINCE),
    LocalAuthority("municipality_thep_krasattri", "683030102", "ทต.", "เทพกระษัตรี", ("830301",), 45),
    LocalAuthority("tao_thep_krasattri", "683030101", "อบต.", "เทพกระษัตรี", ("830301",), 55,
                   since=TAO_SINCE),
    LocalAuthority("municipality_si_sunthon", "683030201", "ทต.", "ศรีสุนทร", ("830302",)),
    LocalAuthority("municipality_choeng_thale", "683030302", "ทต.", "เชิงทะเล", ("830303",), 30),
    LocalAuthority("tao_choeng_thale", "683030301", "อบต.", "เชิงทะเล", ("830303",), 70,
                   since=TAO_SINCE),
    LocalAuthority("municipality_pa_khlok", "683030401", "ทต.", "ป่าคลอก", ("830304",)),
    LocalAuthority("tao_mai_khao", "", "อบต.", "ไม้ขาว", ("830305",), since=TAO_SINCE),
    LocalAuthority("tao_sakhu", "683030601", "อบต.", "สาคู", ("830306",), since=TAO_SINCE),
)  # fmt: skip

FIRST_TIER = LOCAL_AUTHORITIES[1:]
"""Those that answer for streets and drains: all but the provincial one."""


def answering_for(tambon: str) -> tuple[LocalAuthority, ...]:
    """The authorities of the first tier in a tambon."""
    return tuple(authority for authority in FIRST_TIER if tambon in authority.tambon)
