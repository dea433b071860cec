//! The words themselves, Korean and English, with the names that fields and columns have.

use super::Topic;

/// The words, parted by spaces: in lower case, without the spaces and the punctuation that the comparison leaves out.
/// A word may say two things: `비상연락처` is a telephone, and a person's.
///
/// Where a word ends like another of a different topic (`면허증번호`, `증번호`), both are needed: the longer one wins.
pub(super) const WORDS: &[(Topic, &str)] = &[
    (
        Topic::Registration,
        "주민등록번호 주민번호 주민(등록)번호 주민등록 주민등록증 주민증 주민뒷 주민앞 실명번호 신분증번호 외국인등록번호 \
         외국인번호 외국인등록 국내거소신고번호 거소신고번호 거소번호 jumin ssn rrn rrno frn arn residentno \
         residentnum residentregno ihidnum residentid residentregistration registrationnumber alienno aliennumber alienregistration \
         foreignerregistration foreignerno juminno jmno psnno",
    ),
    (
        Topic::Corporation,
        "법인등록번호 법인번호 법인등록 corp corpno corpnum corpregno corporationno corporateno corporateregistration \
         corporateregistrationnumber corporationregistrationnumber corporateregistrationno",
    ),
    (
        Topic::Business,
        "사업자등록번호 사업자번호 사업자등록 사업자등록증번호 사업자 businessregistrationnumber businessregistration \
         businessnumber businessno bizno biznum biznumber bizrno bizregno bizregistration brn brno bsnsno saupja",
    ),
    (
        Topic::Licence,
        "운전면허 운전면허번호 운전면허증번호 면허번호 면허증번호 면허증 자동차면허 driverlicence driverlicense \
         driverslicence driverslicense drivinglicence drivinglicense licence license licno licenceno licenseno \
         licencenumber licensenumber dlno",
    ),
    (
        Topic::Account,
        "계좌 계좌번호 가상계좌 입금계좌 통장 통장번호 입금 송금 이체 예금주 환불 무통장 accountno accountnum \
         accountnumber acct acctno acctnum accno account bankaccount depositor",
    ),
    (
        Topic::Bank,
        "은행 국민은행 신한은행 우리은행 하나은행 외환은행 농협 기업은행 카카오뱅크 카뱅 케이뱅크 k뱅크 케뱅 토스뱅크 \
         제일은행 sc제일 씨티은행 수협 대구은행 아이엠뱅크 im뱅크 부산은행 광주은행 제주은행 전북은행 경남은행 \
         산업은행 새마을금고 신협 우체국예금 우체국 저축은행 bank bankname kbbank shinhan wooribank hanabank nonghyup \
         kakaobank kbank tossbank",
    ),
    (
        Topic::Card,
        "카드번호 신용카드 체크카드 직불카드 카드 결제카드 creditcard cardno cardnum cardnumber debitcard card \
         pan ccnum ccno visa mastercard amex",
    ),
    (
        Topic::Telephone,
        "휴대전화 휴대폰 핸드폰 휴대번호 연락처 전화번호 전화 손전화 모바일 폰번호 hp tel telno phone mobile cell \
         cellphone cellno hpno mobileno mobilephone phoneno phonenum telnum telephone moblphon moblphonno mbtlnum mbtlno \
         tlphonno handphone fax 팩스",
    ),
    (
        Topic::Health,
        "건강보험 건강보험증 건강보험증번호 건강보험번호 의료보험 보험증 보험증번호 증번호 건보 건보증번호 피부양자 \
         healthinsurance healthinsuranceno healthinsurancenumber healthno health nhis",
    ),
    (
        Topic::Birth,
        "생년월일 생일 출생 출생일 출생년월일 생년 년생 dob birth birthday birthdate dateofbirth born birthymd birthdt brthdy",
    ),
    (
        Topic::Student,
        "학번 학생번호 학적번호 학생증번호 studentno studentnum studentnumber studentid stdno stuno hakbun",
    ),
    (
        Topic::Staff,
        "사번 사원번호 직원번호 사원증번호 교직원번호 행번 sabun empno empid employeeno employeenumber employeeid staffno \
         staffnumber staffid emplno",
    ),
    (Topic::Military, "군번 gunbun militaryno militarynumber militaryid"),
    (Topic::Passport, "여권번호 여권 passport passportno passportnumber"),
    (
        Topic::Thing,
        "주문번호 송장 운송장 접수번호 관리번호 문서번호 고시 모델명 모델번호 시리얼 일련번호 바코드 상품코드 \
         상품번호 제품번호 isbn issn 좌표 우편번호 timestamp nttid seq idx version 금액 orderno ordernumber \
         orderid trackingno invoiceno barcode serialno serialnumber productcode ean imei 택배 등기번호 승인번호 거래번호 \
         계약번호 발급번호 품번 사건번호 공고번호 허가번호 신고번호 위도 경도 latitude longitude 인증번호 보증번호 출생신고 출생아 출생률 출생축하 출산 생일축하 생일파티 \
         허가증번호 자격증번호 출생지 birthplace \
         등록일 접수일 작성일 발급일 신청일 처리일 부품번호 자재번호 자재코드 제조번호 쿠폰번호 영수증번호 보험증권 증권번호 송금수수료 이체수수료 환불수수료 예금이자 예산액 집행액 지급액 입금액 출금액 송금액 이체한도 이체금액 입금금액 \
         환불금액 송금금액 birthtime birthtimems 등록증번호 회원증번호 accountid bankcode licensekey",
    ),
    (Topic::Personal, "이름 성명 성함 연락처 본인 신청인"),
    (Topic::Home, "자택 집전화 자택전화 비상연락 보호자 학부모 모친 부친 homephone hometel homeno"),
    (
        Topic::Office,
        "대표전화 대표번호 대표 담당 부서 문의 고객센터 콜센터 상담 민원 사무실 사무소 회사 직장 교환 주무관 기관 센터 안내 \
         팩스 fax office customer helpdesk 구청 시청 군청 도청 주민센터 행정 위원회 공단 공사 협회 재단 학교 병원 대학 본부 총무 \
         홍보 기자 보도자료 교육청 경찰서 소방서 보건소 복지관 도서관 팀장 과장 실장 국장 사무관 취재 홈페이지",
    ),
];

/// Names of fields and columns that say that the value is a thing, but in running text say nothing.
pub(super) const THING_LABELS: &str =
    "id no num code key time date ts uid pk sn sku gtin upc page offset size limit cursor hash nonce token 코드";

/// Of these, names that are a person's.
pub(super) const OF_PERSONS: &str = "userid memberid mberid custid loginid personid patientid";
