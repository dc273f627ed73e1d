-- Written by python -m tests.ingestion.fields.cast_sql: change typical.py, not this file.
--
-- {name: cell, type: string, sensitivity: identifier, identifier: {kind: plate, purpose: trial, period: day, province: region}}
-- {name: region, type: string}
--
-- '1กข 1234', 'ภูเก็ต' -> 83|1กข1234
-- 'กข๑๒ ภูเก็ต', null -> 83|กข12
-- '70-0001', 'Phuket' -> 83|700001
-- 'กข 1234', 'ไหน' -> ไหน|กข1234
-- 'ข', 'ภูเก็ต' -> identifier_format

with texts as (
  select
    *,
    case
      when t0 < '!'
      or strlen(t0) <> length(t0)
      or ends_with(t0, ' ')
      or ends_with(t0, chr(9))
      or ends_with(t0, chr(10))
      or ends_with(t0, chr(13))
      then nullif(
        trim(
          case
            when strlen(t0) = length(t0) then t0
            else nfc_normalize(
              case
                when contains(t0, 'ํ')
                then regexp_replace(translate(t0, (chr(160) || chr(8203) || chr(65279)), ' '), '([่-๋]?)ํ([่-๋]?)า', '\1\2ำ', 'g')
                else translate(t0, (chr(160) || chr(8203) || chr(65279)), ' ')
              end
            )
          end,
          (' ' || chr(9) || chr(10) || chr(13))
        ),
        ''
      )
      else t0
    end as x0,
    case
      when t1 < '!'
      or strlen(t1) <> length(t1)
      or ends_with(t1, ' ')
      or ends_with(t1, chr(9))
      or ends_with(t1, chr(10))
      or ends_with(t1, chr(13))
      then nullif(
        trim(
          case
            when strlen(t1) = length(t1) then t1
            else nfc_normalize(
              case
                when contains(t1, 'ํ')
                then regexp_replace(translate(t1, (chr(160) || chr(8203) || chr(65279)), ' '), '([่-๋]?)ํ([่-๋]?)า', '\1\2ำ', 'g')
                else translate(t1, (chr(160) || chr(8203) || chr(65279)), ' ')
              end
            )
          end,
          (' ' || chr(9) || chr(10) || chr(13))
        ),
        ''
      )
      else t1
    end as x1
  from cells
), parts as (
  select
    *,
    regexp_extract(
      upper(translate(translate(x0, '๐๑๒๓๔๕๖๗๘๙', '0123456789'), ' .-', '')),
      '^(\d{0,2}[ก-ฮ]{1,3}\d{1,4}|\d{5,6}|[A-Z]{1,4}\d{1,5}[A-Z]{0,3}|\d{1,4}[A-Z]{1,4}\d{0,4})([ก-์]*)$',
      ['number', 'region']
    ) as m_v0
  from texts
), typed as (
  select
    *,
    case
      when m_v0.number <> '' then case
        when coalesce(nullif(m_v0.region, ''), x1, '') <> '' then coalesce(
          case regexp_replace(
              regexp_replace(
                regexp_replace(
                  lower(coalesce(nullif(m_v0.region, ''), x1, '')),
                  '^(จังหวัด|จ\.|changwat)\s*',
                  '',
                  'g'
                ),
                '\s*(\(?province\)?)$',
                '',
                'g'
              ),
              '\s+',
              '',
              'g'
            )
            when '10' then '10'
            when 'กรุงเทพมหานคร' then '10'
            when 'bangkok' then '10'
            when 'กรุงเทพ' then '10'
            when 'กรุงเทพฯ' then '10'
            when 'กทม.' then '10'
            when 'กทม' then '10'
            when 'th-10b' then '10'
            when 'th-10c' then '10'
            when 'th-10' then '10'
            when '11' then '11'
            when 'สมุทรปราการ' then '11'
            when 'samutprakan' then '11'
            when 'th-11' then '11'
            when '12' then '12'
            when 'นนทบุรี' then '12'
            when 'nonthaburi' then '12'
            when 'th-12' then '12'
            when '13' then '13'
            when 'ปทุมธานี' then '13'
            when 'pathumthani' then '13'
            when 'th-13' then '13'
            when '14' then '14'
            when 'พระนครศรีอยุธยา' then '14'
            when 'phranakhonsiayutthaya' then '14'
            when 'อยุธยา' then '14'
            when 'ayutthaya' then '14'
            when 'th-14' then '14'
            when '15' then '15'
            when 'อ่างทอง' then '15'
            when 'angthong' then '15'
            when 'th-15' then '15'
            when '16' then '16'
            when 'ลพบุรี' then '16'
            when 'lopburi' then '16'
            when 'th-16' then '16'
            when '17' then '17'
            when 'สิงห์บุรี' then '17'
            when 'singburi' then '17'
            when 'th-17' then '17'
            when '18' then '18'
            when 'ชัยนาท' then '18'
            when 'chainat' then '18'
            when 'th-18' then '18'
            when '19' then '19'
            when 'สระบุรี' then '19'
            when 'saraburi' then '19'
            when 'th-19' then '19'
            when '20' then '20'
            when 'ชลบุรี' then '20'
            when 'chonburi' then '20'
            when 'th-20' then '20'
            when '21' then '21'
            when 'ระยอง' then '21'
            when 'rayong' then '21'
            when 'th-21' then '21'
            when '22' then '22'
            when 'จันทบุรี' then '22'
            when 'chanthaburi' then '22'
            when 'th-22' then '22'
            when '23' then '23'
            when 'ตราด' then '23'
            when 'trat' then '23'
            when 'th-23' then '23'
            when '24' then '24'
            when 'ฉะเชิงเทรา' then '24'
            when 'chachoengsao' then '24'
            when 'th-24' then '24'
            when '25' then '25'
            when 'ปราจีนบุรี' then '25'
            when 'prachinburi' then '25'
            when 'th-25' then '25'
            when '26' then '26'
            when 'นครนายก' then '26'
            when 'nakhonnayok' then '26'
            when 'th-26' then '26'
            when '27' then '27'
            when 'สระแก้ว' then '27'
            when 'sakaeo' then '27'
            when 'th-27' then '27'
            when '30' then '30'
            when 'นครราชสีมา' then '30'
            when 'nakhonratchasima' then '30'
            when 'โคราช' then '30'
            when 'korat' then '30'
            when 'th-30' then '30'
            when '31' then '31'
            when 'บุรีรัมย์' then '31'
            when 'buriram' then '31'
            when 'th-31' then '31'
            when '32' then '32'
            when 'สุรินทร์' then '32'
            when 'surin' then '32'
            when 'th-32' then '32'
            when '33' then '33'
            when 'ศรีสะเกษ' then '33'
            when 'sisaket' then '33'
            when 'th-33' then '33'
            when '34' then '34'
            when 'อุบลราชธานี' then '34'
            when 'ubonratchathani' then '34'
            when 'th-34' then '34'
            when '35' then '35'
            when 'ยโสธร' then '35'
            when 'yasothon' then '35'
            when 'th-35' then '35'
            when '36' then '36'
            when 'ชัยภูมิ' then '36'
            when 'chaiyaphum' then '36'
            when 'th-36' then '36'
            when '37' then '37'
            when 'อำนาจเจริญ' then '37'
            when 'amnatcharoen' then '37'
            when 'th-37' then '37'
            when '38' then '38'
            when 'บึงกาฬ' then '38'
            when 'buengkan' then '38'
            when 'th-38' then '38'
            when '39' then '39'
            when 'หนองบัวลำภู' then '39'
            when 'nongbualamphu' then '39'
            when 'th-39' then '39'
            when '40' then '40'
            when 'ขอนแก่น' then '40'
            when 'khonkaen' then '40'
            when 'th-40' then '40'
            when '41' then '41'
            when 'อุดรธานี' then '41'
            when 'udonthani' then '41'
            when 'th-41' then '41'
            when '42' then '42'
            when 'เลย' then '42'
            when 'loei' then '42'
            when 'th-42' then '42'
            when '43' then '43'
            when 'หนองคาย' then '43'
            when 'nongkhai' then '43'
            when 'th-43' then '43'
            when '44' then '44'
            when 'มหาสารคาม' then '44'
            when 'mahasarakham' then '44'
            when 'th-44' then '44'
            when '45' then '45'
            when 'ร้อยเอ็ด' then '45'
            when 'roiet' then '45'
            when 'th-45' then '45'
            when '46' then '46'
            when 'กาฬสินธุ์' then '46'
            when 'kalasin' then '46'
            when 'th-46' then '46'
            when '47' then '47'
            when 'สกลนคร' then '47'
            when 'sakonnakhon' then '47'
            when 'th-47' then '47'
            when '48' then '48'
            when 'นครพนม' then '48'
            when 'nakhonphanom' then '48'
            when 'th-48' then '48'
            when '49' then '49'
            when 'มุกดาหาร' then '49'
            when 'mukdahan' then '49'
            when 'th-49' then '49'
            when '50' then '50'
            when 'เชียงใหม่' then '50'
            when 'chiangmai' then '50'
            when 'th-50' then '50'
            when '51' then '51'
            when 'ลำพูน' then '51'
            when 'lamphun' then '51'
            when 'th-51' then '51'
            when '52' then '52'
            when 'ลำปาง' then '52'
            when 'lampang' then '52'
            when 'th-52' then '52'
            when '53' then '53'
            when 'อุตรดิตถ์' then '53'
            when 'uttaradit' then '53'
            when 'th-53' then '53'
            when '54' then '54'
            when 'แพร่' then '54'
            when 'phrae' then '54'
            when 'th-54' then '54'
            when '55' then '55'
            when 'น่าน' then '55'
            when 'nan' then '55'
            when 'th-55' then '55'
            when '56' then '56'
            when 'พะเยา' then '56'
            when 'phayao' then '56'
            when 'th-56' then '56'
            when '57' then '57'
            when 'เชียงราย' then '57'
            when 'chiangrai' then '57'
            when 'th-57' then '57'
            when '58' then '58'
            when 'แม่ฮ่องสอน' then '58'
            when 'maehongson' then '58'
            when 'th-58' then '58'
            when '60' then '60'
            when 'นครสวรรค์' then '60'
            when 'nakhonsawan' then '60'
            when 'th-60' then '60'
            when '61' then '61'
            when 'อุทัยธานี' then '61'
            when 'uthaithani' then '61'
            when 'th-61' then '61'
            when '62' then '62'
            when 'กำแพงเพชร' then '62'
            when 'kamphaengphet' then '62'
            when 'th-62' then '62'
            when '63' then '63'
            when 'ตาก' then '63'
            when 'tak' then '63'
            when 'th-63' then '63'
            when '64' then '64'
            when 'สุโขทัย' then '64'
            when 'sukhothai' then '64'
            when 'th-64' then '64'
            when '65' then '65'
            when 'พิษณุโลก' then '65'
            when 'phitsanulok' then '65'
            when 'th-65' then '65'
            when '66' then '66'
            when 'พิจิตร' then '66'
            when 'phichit' then '66'
            when 'th-66' then '66'
            when '67' then '67'
            when 'เพชรบูรณ์' then '67'
            when 'phetchabun' then '67'
            when 'th-67' then '67'
            when '70' then '70'
            when 'ราชบุรี' then '70'
            when 'ratchaburi' then '70'
            when 'th-70' then '70'
            when '71' then '71'
            when 'กาญจนบุรี' then '71'
            when 'kanchanaburi' then '71'
            when 'th-71' then '71'
            when '72' then '72'
            when 'สุพรรณบุรี' then '72'
            when 'suphanburi' then '72'
            when 'th-72' then '72'
            when '73' then '73'
            when 'นครปฐม' then '73'
            when 'nakhonpathom' then '73'
            when 'th-73' then '73'
            when '74' then '74'
            when 'สมุทรสาคร' then '74'
            when 'samutsakhon' then '74'
            when 'th-74' then '74'
            when '75' then '75'
            when 'สมุทรสงคราม' then '75'
            when 'samutsongkhram' then '75'
            when 'th-75' then '75'
            when '76' then '76'
            when 'เพชรบุรี' then '76'
            when 'phetchaburi' then '76'
            when 'th-76' then '76'
            when '77' then '77'
            when 'ประจวบคีรีขันธ์' then '77'
            when 'prachuapkhirikhan' then '77'
            when 'th-77' then '77'
            when '80' then '80'
            when 'นครศรีธรรมราช' then '80'
            when 'nakhonsithammarat' then '80'
            when 'th-80' then '80'
            when '81' then '81'
            when 'กระบี่' then '81'
            when 'krabi' then '81'
            when 'th-81' then '81'
            when '82' then '82'
            when 'พังงา' then '82'
            when 'phang-nga' then '82'
            when 'th-82' then '82'
            when '83' then '83'
            when 'ภูเก็ต' then '83'
            when 'phuket' then '83'
            when 'th-83' then '83'
            when '84' then '84'
            when 'สุราษฎร์ธานี' then '84'
            when 'suratthani' then '84'
            when 'th-84' then '84'
            when '85' then '85'
            when 'ระนอง' then '85'
            when 'ranong' then '85'
            when 'th-85' then '85'
            when '86' then '86'
            when 'ชุมพร' then '86'
            when 'chumphon' then '86'
            when 'th-86' then '86'
            when '90' then '90'
            when 'สงขลา' then '90'
            when 'songkhla' then '90'
            when 'th-90' then '90'
            when '91' then '91'
            when 'สตูล' then '91'
            when 'satun' then '91'
            when 'th-91' then '91'
            when '92' then '92'
            when 'ตรัง' then '92'
            when 'trang' then '92'
            when 'th-92' then '92'
            when '93' then '93'
            when 'พัทลุง' then '93'
            when 'phatthalung' then '93'
            when 'th-93' then '93'
            when '94' then '94'
            when 'ปัตตานี' then '94'
            when 'pattani' then '94'
            when 'th-94' then '94'
            when '95' then '95'
            when 'ยะลา' then '95'
            when 'yala' then '95'
            when 'th-95' then '95'
            when '96' then '96'
            when 'นราธิวาส' then '96'
            when 'narathiwat' then '96'
            when 'th-96' then '96'
            when '99' then '99'
            when 'เบตง' then '99'
            when 'betong' then '99'
            when 'th-99' then '99'
          end,
          regexp_replace(
            regexp_replace(
              regexp_replace(
                lower(coalesce(nullif(m_v0.region, ''), x1, '')),
                '^(จังหวัด|จ\.|changwat)\s*',
                '',
                'g'
              ),
              '\s*(\(?province\)?)$',
              '',
              'g'
            ),
            '\s+',
            '',
            'g'
          )
        )
        else ''
      end || '|' || m_v0.number
    end as v0,
    x1 as v1
  from parts
), checked as (
  select
    *,
    false as _dropped,
    case when x0 is null then null when v0 is null then 'identifier_format' end as k0,
    case when x1 is null then null when length(x1) > 1000 then 'value_too_long' end as k1
  from typed
)
select
  t0,
  v0 as "cell",
  not (
    v0
  ) is null and not (
    '|' || t0 = v0
  ) as _respelled0,
  k0 as code
from checked;
