//! The posts that are there from the start. Every number in them is synthetic.

use super::members::MEMBERS;
use super::posts::{Comment, Draft, File};
use bytes::Bytes;

/// A post that is there from the start.
pub(super) struct Seed {
    pub draft: Draft,
    pub comments: Vec<Comment>,
    pub date: &'static str,
    pub views: u64,
}

/// The posts, oldest first: the first is number 1.
pub(super) fn seeds() -> Vec<Seed> {
    vec![
        seed("2009-03-02", 312, [
            "김민원",
            "010-1234-5678",
            "전입신고 처리가 안 됩니다",
            "지난주에 전입신고를 했는데 아직 처리가 안 되었습니다.\n주민등록번호 810514-1234564 로 확인 부탁드립니다.",
        ])
        .answered("담당자", "접수번호 2009-000123으로 접수했습니다. 주민등록번호는 게시판에 적지 마세요.")
        .answered("김민원", "알겠습니다. 휴대전화 010-1234-5678 로 연락 주세요."),
        seed("2009-03-05", 1_204, [
            "도서관",
            "",
            "[공지] 열린도서관 봄맞이 휴관 안내",
            "서가 정리를 위하여 3월 16일부터 3월 20일까지 휴관합니다.\n문의: 대표전화 1588-0000 (평일 09:00~18:00)",
        ]),
        seed("2009-04-11", 97, [
            "John Smith",
            "",
            "Alien registration card (외국인등록증 재발급 문의)",
            "외국인등록번호 900101-5123488 입니다. 재발급은 어디에서 하나요?\nPlease answer to john.smith@example.com",
        ])
        .answered("담당자", "출입국·외국인청 민원실에서 신청하실 수 있습니다."),
        seed("2009-06-23", 88, [
            "이환불",
            "010-9876-5432",
            "수영장 이용료 환불해 주세요",
            "체육센터 이용료를 두 번 결제했습니다.\n카드번호 4000-0000-0000-0002 로 취소 부탁드립니다.",
        ]),
        Seed {
            draft: Draft {
                keeper: MEMBERS[2].number.to_owned(),
                leader: MEMBERS[0].number.to_owned(),
                file: Some(File { name: "명단.csv".to_owned(), content: Bytes::from(list_of_people()) }),
                ..draft([
                    "주민센터",
                    "",
                    "[공지] 통장 연수 참가자 명단",
                    "참가자 명단을 붙임과 같이 알려 드립니다.\n붙임: 명단 1부. 끝.",
                ])
            },
            ..seed("2010-01-18", 451, [""; 4])
        },
        seed("2010-05-07", 64, [
            "박전각",
            "０１０－２３４５－６７８９",
            "전각으로 적으면 괜찮나요",
            "예전 컴퓨터라 전각 숫자만 나옵니다.\n주민번호는 ０５０９１２－３００００１１ 입니다.",
        ]),
        seed("2010-09-30", 143, [
            "최산책",
            "",
            "하천 산책로 가로등이 꺼져 있습니다",
            "2교에서 3교 사이 가로등 12개 중 5개가 꺼져 있습니다.\n관리번호 20100930-0007 입니다. 점검 부탁드립니다.",
        ])
        .answered("담당자", "10월 4일까지 고치겠습니다. 알려 주셔서 고맙습니다."),
    ]
}

fn draft([name, phone, subject, content]: [&str; 4]) -> Draft {
    let [name, phone, subject, content] = [name, phone, subject, content].map(str::to_owned);
    Draft { name, phone, subject, content, ..Draft::default() }
}

fn seed(date: &'static str, views: u64, texts: [&str; 4]) -> Seed {
    Seed { draft: draft(texts), comments: Vec::new(), date, views }
}

impl Seed {
    fn answered(mut self, name: &str, content: &str) -> Seed {
        self.comments.push(Comment { name: name.to_owned(), content: content.to_owned() });
        self
    }
}

/// A list as a spreadsheet of those days saved it: CP949 and CRLF.
fn list_of_people() -> Vec<u8> {
    let list = "번호,성명,휴대전화,전자우편\r\n\
                1,김통장,010-2345-6789,tongjang1@example.com\r\n\
                2,이통장,010-3456-7890,tongjang2@example.com\r\n\
                3,박통장,010-4567-8901,tongjang3@example.com\r\n";
    encoding_rs::EUC_KR.encode(list).0.into_owned()
}
