//! The Korean texts.

use super::words::{Case, Labels, Words, can_hide, may_be_opened};
use super::{Notice, Outcome};
use crate::vocab::Reason;

pub(super) const LABELS: Labels = Labels {
    nothing_stored: "누리집에 저장된 것은 없습니다.",
    may_be_stored: "보내신 내용은 누리집에 전달되어 이미 저장되었을 수 있습니다. 다시 보내기 전에 먼저 확인해 주세요.",
    steps: "이렇게 해 주세요",
    found: "찾은 내용",
    more: "그 밖에 {}건이 더 있습니다.",
    post_hidden: "개인정보를 가리고 올리기",
    post_as_it_is: "그대로 올리기",
    receipt: "아래 주소에서 결과를 확인할 수 있습니다. 이 주소를 아는 사람만 볼 수 있으니 저장해 두세요.",
    send: "지금 올리기",
    said: "담당자의 말",
    answer: "누리집의 답",
    reason: "내려받거나 보려는 까닭(기록으로 남습니다)",
    give: "까닭을 남기고 보기",
    own_text: "쓰신 내용",
    own_text_hint: "개인정보는 가린 채로 보여 드립니다. 고칠 수는 없으니, 필요하면 복사해 두었다가 다시 쓰세요.",
    duty: "근거",
    duty_text: "기관은 「개인정보 보호법」 제24조, 제24조의2, 제29조에 따라 고유식별정보를 비롯한 개인정보가 드러나지 않게 지킬 의무가 있습니다.",
    contact: "문의",
    office: "담당",
    phone: "전화",
    mail: "전자우편",
    hours: "시간",
    reference: "접수번호",
    time: "시각",
};

const ASK: &str = "꼭 필요한 정보라면 담당자에게 문의해 주세요. 문의하실 때 아래 접수번호를 알려 주시면 빠릅니다.";
const AGAIN: &str = "몇 분 뒤에 다시 시도해 주세요.";
const STILL: &str = "계속 안 되면 담당자에게 아래 접수번호를 알려 주세요.";
const KEEP_TEXT: &str = "쓰신 글이 사라지지 않게 미리 복사해 두세요.";

pub(super) fn words(notice: &Notice) -> Words {
    let case = Case::of(notice);
    match notice.outcome {
        Outcome::Blocked if can_hide(notice) => OFFERED,
        Outcome::Blocked => blocked(case),
        Outcome::CannotInspect(reason) => cannot_inspect(case, reason),
        Outcome::MaskReturned => MASK_RETURNED,
        Outcome::StarsReturned => STARS_RETURNED,
        Outcome::Reference => REFERENCE,
        Outcome::FileType => Words {
            title: "올릴 수 없는 종류의 파일이어서 올리지 않았습니다",
            why: "프로그램이나 서버에서 실행될 수 있는 파일은 첨부할 수 없습니다. 이름을 바꾸어도 내용으로 알아봅니다.",
            steps: &["그 파일을 빼고 다시 올려 주세요.", ASK],
        },
        Outcome::NoAccess => Words {
            title: "이 화면은 정해진 사람만 볼 수 있습니다",
            why: "접속하신 곳이나 계정으로는 이 화면을 쓸 수 없습니다.",
            steps: &["담당자라면 정해진 곳에서 다시 접속해 주세요.", STILL],
        },
        Outcome::Gone => Words {
            title: "없어진 화면입니다",
            why: "이 화면은 더는 제공하지 않습니다.",
            steps: &["찾으시는 내용이 있으면 담당자에게 문의해 주세요."],
        },
        Outcome::Listing => Words {
            title: "폴더의 파일 목록은 보여 드리지 않습니다",
            why: "이 주소는 화면이 아니라 폴더입니다.",
            steps: &["누리집의 첫 화면에서 찾아 주세요.", STILL],
        },
        Outcome::TooMuch => Words {
            title: "짧은 시간에 개인정보를 너무 많이 보았습니다",
            why: "정해진 시간 안에 보여 드릴 수 있는 개인정보의 양을 넘어 잠시 보여 드리지 않습니다. 이 일은 기록됩니다.",
            steps: &["업무에 필요하면 담당자에게 문의해 주세요.", STILL],
        },
        Outcome::Warned => Words {
            title: "개인정보가 들어 있습니다. 이대로 올릴까요?",
            why: "아직 올리지 않았습니다. 아래의 개인정보를 누구나 볼 수 있게 되고 검색에도 나올 수 있습니다. 20분 안에 골라 주세요.",
            steps: if can_hide(notice) {
                &[
                    "가리거나 그대로 올리려면 아래 단추를 눌러 주세요. 다시 쓰거나 첨부하지 않아도 됩니다.",
                    "고쳐 쓰려면 브라우저의 ‘뒤로’를 눌러 돌아가세요.",
                    "다른 사람의 정보라면 그대로 올리지 마세요.",
                ]
            } else {
                &[
                    "그대로 올리려면 아래 단추를 눌러 주세요. 가릴 수 없는 자리에 있어 가려서 올릴 수는 없습니다.",
                    "고쳐 쓰려면 브라우저의 ‘뒤로’를 눌러 돌아가세요.",
                    "다른 사람의 정보라면 그대로 올리지 마세요.",
                ]
            },
        },
        Outcome::AskReason => Words {
            title: "개인정보가 많이 들어 있습니다. 까닭을 적어 주세요",
            why: "보시려는 내용에 아래와 같은 개인정보가 들어 있습니다. 까닭은 계정·시각·접속지와 함께 기록되어 매달 점검됩니다. 20분 안에 적어 주세요.",
            steps: &[
                "까닭을 말로 적고 단추를 누르면 이어집니다. 점이나 숫자만 적으면 다시 여쭙니다.",
                "받은 파일은 암호를 걸어 보관하고, 다 쓰면 파기해 주세요.",
                "필요하지 않으면 브라우저의 ‘뒤로’를 눌러 주세요.",
            ],
        },
        Outcome::Held => Words {
            title: "담당자의 승인을 기다립니다",
            why: "개인정보가 들어 있어 아직 올리지 않았습니다. 쓰신 내용과 첨부 파일은 암호화하여 보관하고 있습니다.",
            steps: &[
                "접수 주소를 저장해 두었다가 다시 확인해 주세요.",
                "승인되면 어떻게 올라가는지 그 화면에서 알려 드립니다. 다시 쓰지 않아도 됩니다.",
                "기한까지 승인되지 않으면 파기하고, 접수 주소에서 알려 드립니다.",
            ],
        },
        Outcome::Approved => Words {
            title: "승인되었습니다",
            why: "담당자가 확인했습니다. 아래 단추를 누르면 지금 접속하신 상태로 한 번 올라갑니다.",
            steps: &["누리집에 로그인해야 쓸 수 있는 글이면 먼저 로그인해 주세요.", "‘지금 올리기’를 눌러 주세요."],
        },
        Outcome::SignInFirst => Words {
            title: "승인되었습니다. 로그인한 뒤에 올려 주세요",
            why: "로그인한 채로 쓰신 글입니다. 지금은 그 아이디로 로그인되어 있지 않아 보내지 않았고, 글은 그대로 보관하고 있습니다.",
            steps: &[
                "글을 쓸 때의 아이디로 누리집에 로그인해 주세요. 이미 로그인했다면 로그아웃한 뒤 다시 로그인해 주세요.",
                "접수 주소로 돌아와 ‘지금 올리기’를 눌러 주세요.",
            ],
        },
        Outcome::HoldRefused => Words {
            title: "승인되지 않았습니다",
            why: "담당자가 올리지 않기로 했습니다. 보관하던 내용은 지웠습니다.",
            steps: &["개인정보를 빼고 다시 써 주세요.", ASK],
        },
        Outcome::HoldExpired => Words {
            title: "기한이 지나 지웠습니다",
            why: "정해진 기한 안에 승인되거나 올라가지 않아 보관하던 내용을 지웠습니다. 올라간 것은 없습니다.",
            steps: &["필요하면 다시 써 주세요.", ASK],
        },
        Outcome::Forwarding => Words {
            title: "승인되어 곧 올라갑니다",
            why: "담당자가 확인했습니다. 쓰신 그대로 누리집에 한 번 보냅니다. 누를 것은 없습니다.",
            steps: &["잠시 뒤 이 화면을 새로 고쳐 결과를 확인해 주세요."],
        },
        Outcome::HoldUnsent => Words {
            title: "승인되었지만 올리지 못했습니다",
            why: "보관하던 글을 누리집에 보낼 수 없었습니다. 누리집에 올라간 것은 없고, 다시 보내지 않습니다.",
            steps: &["다시 써 주세요.", STILL],
        },
        Outcome::HoldShut => Words {
            title: "승인되었지만 지금은 올릴 수 없습니다",
            why: "보관하던 글을 지금 연결된 서버에서 열 수 없습니다. 누리집에 올라간 것은 없고, 글은 기한까지 그대로 보관합니다.",
            steps: &[
                "잠시 뒤 접수 주소를 다시 열어 보세요. 글을 가진 서버로 이어지면 올라갑니다.",
                STILL,
                "급하면 다시 써 주세요.",
            ],
        },
        Outcome::HoldUnknown => Words {
            title: "보냈지만 올라갔는지 알 수 없습니다",
            why: "승인된 글을 보냈으나 누리집의 답을 받지 못했거나 아직 기다리고 있습니다. 두 번 올라가지 않도록 다시 보내지 않습니다.",
            steps: &["올라갔는지 누리집에서 먼저 확인해 주세요.", "없으면 다시 써 주세요."],
        },
        Outcome::HoldFailed => Words {
            title: "누리집이 받지 않았습니다",
            why: "승인된 글을 보냈지만 누리집이 받지 않았습니다. 로그인이 풀렸거나 화면이 오래되었을 수 있습니다. 다시 보내지는 않습니다.",
            steps: &["누리집에 로그인한 뒤 다시 써 주세요.", ASK],
        },
        Outcome::Sent => Words {
            title: "이미 올라갔습니다",
            why: "승인된 글을 누리집에 한 번 보냈습니다.",
            steps: &["누리집에서 확인해 주세요."],
        },
        Outcome::TooLate if case == Case::Answer => ANSWER_TOO_LATE,
        Outcome::TooLate => Words {
            title: "기다리던 내용이 없어 처리하지 않았습니다",
            why: "여쭌 지 20분이 지났거나, 이미 한 번 처리했거나, 그사이 로그인이 바뀌었거나, 다른 서버로 연결되었습니다. 새로 올린 것은 없습니다.",
            steps: &[
                "이미 올라갔는지 먼저 확인해 주세요.",
                "없으면 앞 화면으로 돌아가 한 번 더 눌러 보세요. 물었던 서버로 이어지면 그대로 처리합니다.",
                "그래도 안 되면 다시 올리거나 다시 열어 주세요.",
            ],
        },
        Outcome::NoReceipt => Words {
            title: "이 주소로 접수된 글이 없습니다",
            why: "주소가 잘렸거나 틀렸거나, 보관 기간이 지나 기록을 지웠습니다.",
            steps: &["접수 주소를 끝까지 바르게 적었는지 확인해 주세요.", ASK],
        },
        Outcome::Overload => overload(case),
        Outcome::BadRequest => Words {
            title: "요청이 형식에 맞지 않아 처리하지 않았습니다",
            why: "브라우저나 프로그램이 보낸 요청이 깨졌거나 규격에 맞지 않습니다.",
            steps: &["앞 화면으로 돌아가 새로 고친 뒤 다시 시도해 주세요.", STILL],
        },
        Outcome::TooLarge => Words {
            title: "너무 커서 받지 않았습니다",
            why: "보내신 내용이 이 누리집에서 받을 수 있는 크기를 넘었습니다.",
            steps: &[
                "첨부 파일을 줄이거나 나누어 다시 올려 주세요.",
                "줄일 수 없는 파일이라면 담당자에게 문의해 주세요.",
            ],
        },
        Outcome::Timeout => Words {
            title: "제때 도착하지 않아 받지 못했습니다",
            why: "보내시는 내용이 정해진 시간 안에 다 도착하지 않았습니다.",
            steps: &["인터넷 연결을 확인한 뒤 다시 시도해 주세요.", "파일이 크면 나누어 올려 주세요."],
        },
        Outcome::SiteDown => Words {
            title: "누리집에 연결할 수 없습니다",
            why: "누리집을 제공하는 서버가 응답하지 않거나 연결이 끊어졌습니다.",
            steps: &[AGAIN, STILL],
        },
        Outcome::SiteSlow => Words {
            title: "누리집이 제때 응답하지 않았습니다",
            why: "누리집을 제공하는 서버의 응답을 기다렸으나 정해진 시간이 지났습니다.",
            steps: &[AGAIN, STILL],
        },
        Outcome::NoSuchSite => Words {
            title: "이 주소의 누리집은 여기에 없습니다",
            why: "접속하신 주소로 등록된 누리집이 없습니다.",
            steps: &["주소를 바르게 적었는지 확인해 주세요."],
        },
    }
}

const OFFERED: Words = Words {
    title: "개인정보가 들어 있어 올리지 않았습니다",
    why: "보내신 내용에서 아래와 같은 개인정보를 찾았습니다. 첨부 파일 속에 있는 것까지 가려서 올릴 수 있습니다.",
    steps: &[
        "가려서 올리려면 20분 안에 아래 단추를 눌러 주세요. 다시 쓰거나 첨부하지 않아도 됩니다.",
        "고쳐 쓰려면 브라우저의 ‘뒤로’를 눌러 돌아가 아래 내용을 지우고 다시 올려 주세요.",
        ASK,
    ],
};

/// What a reader gave the reason for is no longer there.
const ANSWER_TOO_LATE: Words = Words {
    title: "기다리던 내용이 없어 보여 드리지 않았습니다",
    why: "여쭌 지 20분이 지났거나, 이미 한 번 보여 드렸거나, 그사이 로그인이 바뀌었거나, 다른 서버로 연결되었습니다. 이번에 보여 드린 것은 없습니다.",
    steps: &[
        "이미 받으셨는지 먼저 확인해 주세요.",
        "아직이면 보시려던 화면이나 파일을 다시 열고, 까닭을 20분 안에 적어 주세요.",
        STILL,
    ],
};

const fn blocked(case: Case) -> Words {
    match case {
        Case::File | Case::Post => Words {
            title: "개인정보가 들어 있어 글을 올리지 않았습니다",
            why: "보내신 내용에서 아래와 같은 개인정보를 찾았습니다.",
            steps: &[
                "브라우저의 ‘뒤로’를 눌러 돌아가, 아래에 적힌 개인정보를 지우고 다시 올려 주세요.",
                "첨부 파일이 있었다면 다시 골라 주세요.",
                ASK,
            ],
        },
        Case::Request => Words {
            title: "주소에 개인정보가 들어 있어 요청을 보내지 않았습니다",
            why: "요청하신 주소나 검색어에서 아래와 같은 개인정보를 찾았습니다. 주소는 여러 곳에 기록으로 남습니다.",
            steps: &["주소나 검색어에서 개인정보를 지우고 다시 시도해 주세요.", ASK],
        },
        Case::Answer => Words {
            title: "개인정보가 들어 있어 이 화면을 보여 드리지 않습니다",
            why: "누리집이 보내려던 내용에 아래와 같은 개인정보가 들어 있습니다.",
            steps: &["다른 화면으로 가시려면 브라우저의 ‘뒤로’를 눌러 주세요.", ASK],
        },
    }
}

const fn cannot_inspect(case: Case, reason: Reason) -> Words {
    let why = why(reason);
    match case {
        Case::File => Words {
            title: "첨부 파일을 열어 볼 수 없어 올리지 않았습니다",
            why,
            steps: if may_be_opened(reason) {
                &[
                    "파일의 암호나 압축을 풀고, 잘 열리는지 확인한 뒤 다시 올려 주세요.",
                    "그래도 안 되면 담당자에게 보내 주세요.",
                ]
            } else {
                &["파일을 다른 형식으로 저장하거나 나누어 다시 올려 주세요.", "그래도 안 되면 담당자에게 보내 주세요."]
            },
        },
        Case::Post => Words {
            title: "내용을 확인할 수 없어 올리지 않았습니다",
            why,
            steps: &["앞 화면으로 돌아가 새로 고친 뒤 다시 올려 주세요.", STILL],
        },
        Case::Request => Words {
            title: "내용을 확인할 수 없어 요청을 보내지 않았습니다",
            why,
            steps: &["앞 화면으로 돌아가 새로 고친 뒤 다시 시도해 주세요.", STILL],
        },
        Case::Answer => Words {
            title: "내용을 확인할 수 없어 보여 드리지 않습니다",
            why,
            steps: &["다른 화면으로 가시려면 브라우저의 ‘뒤로’를 눌러 주세요.", STILL],
        },
    }
}

const MASK_RETURNED: Words = Words {
    title: "가려진 값이 그대로 들어 있어 저장하지 않았습니다",
    why: "화면에서 별표(*)와 물결표(~)로 가려져 있던 값이 그대로 되돌아왔습니다. 저장했다면 원래 값이 가려진 값으로 바뀌었을 것이므로 \
          저장하지 않았습니다. 원래 값은 그대로 있습니다.",
    steps: &[
        "지워도 되는 값이면, 브라우저의 ‘뒤로’를 눌러 돌아가 별표와 물결표가 있는 곳을 지우고 다시 저장해 주세요.",
        "값은 그대로 두고 다른 곳만 고치시려면 담당자에게 고쳐 달라고 요청해 주세요.",
    ],
};

const STARS_RETURNED: Words = Words {
    title: "값 대신 별표만 들어 있어 저장하지 않았습니다",
    why: "입력란에 화면에서처럼 별표(*)로 가려진 값만 들어 있습니다. 저장했다면 원래 값이 가려진 값으로 바뀌었을 수 있으므로 저장하지 \
          않았습니다. 원래 값은 그대로 있습니다.",
    steps: &[
        "앞 화면으로 돌아가 값을 다 적거나, 그 입력란을 비워 주세요.",
        "값은 그대로 두고 다른 곳만 고치시려면 담당자에게 고쳐 달라고 요청해 주세요.",
    ],
};

const REFERENCE: Words = Words {
    title: "화면을 연 지 오래되어 처리하지 않았습니다",
    why: "화면에 있던 보호된 값을 더는 열 수 없습니다. 화면을 연 지 오래되었거나, 그사이 로그인이나 로그아웃을 하셨거나, 다른 사람에게서 \
          받은 주소일 수 있습니다. 바뀐 것은 없습니다.",
    steps: &[KEEP_TEXT, "앞 화면으로 돌아가 이 페이지를 새로 고친 뒤 다시 시도해 주세요.", STILL],
};

const fn overload(case: Case) -> Words {
    match case {
        Case::File | Case::Post => Words {
            title: "지금은 글을 검사할 수 없어 올리지 않았습니다",
            why: "요청이 한꺼번에 몰렸거나, 검사한 내용을 보관하거나 기록할 수 없습니다. 검사하고 기록하지 못한 글은 올리지 않습니다.",
            steps: &[KEEP_TEXT, AGAIN],
        },
        Case::Request | Case::Answer => Words {
            title: "지금은 화면을 보여 드릴 수 없습니다",
            why: "요청이 한꺼번에 몰렸거나, 처리한 내용을 기록할 수 없습니다.",
            steps: &[AGAIN],
        },
    }
}

const fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::Upgrade => "내용을 읽을 수 없는 실시간 연결(웹소켓 등)은 이 누리집에서 허용하지 않습니다.",
        Reason::Binary => {
            "그림, 문서, 압축 파일처럼 글로 읽을 수 없는 형식이어서 개인정보가 있는지 확인하지 못했습니다."
        }
        Reason::Damaged => "내용이 깨졌거나 형식에 맞지 않아 개인정보가 있는지 확인하지 못했습니다.",
        Reason::Entities => {
            "XML 문서 형식 선언(DTD)은 없는 글자를 만들어 낼 수 있어 개인정보가 있는지 확인하지 못했습니다."
        }
        Reason::Coding => "압축을 풀 수 없어 개인정보가 있는지 확인하지 못했습니다.",
        Reason::Charset => "문자를 읽을 수 없어 개인정보가 있는지 확인하지 못했습니다.",
        Reason::TooLarge => "너무 크거나 항목이 많아 개인정보가 있는지 끝까지 확인하지 못했습니다.",
        Reason::MaskReturned => MASK_RETURNED.why,
        Reason::StarsReturned => STARS_RETURNED.why,
        Reason::Reference => REFERENCE.why,
        Reason::Encrypted => "암호가 걸려 있어 개인정보가 있는지 확인하지 못했습니다. 암호를 풀고 다시 보내 주십시오.",
        Reason::Drm => {
            "문서 보안(DRM)으로 잠겨 있어 개인정보가 있는지 확인하지 못했습니다. 보안을 해제하고 다시 보내 주십시오."
        }
        Reason::TooDeep => "파일 안의 파일이 너무 여러 겹이어서 개인정보가 있는지 확인하지 못했습니다.",
        Reason::TooManyEntries => "항목이 너무 많아 개인정보가 있는지 끝까지 확인하지 못했습니다.",
        Reason::Overlapping => "해를 끼치려고 만든 압축 파일처럼 항목끼리 같은 자리를 쓰고 있습니다.",
        Reason::Bomb => "해를 끼치려고 만든 압축 파일처럼 크기에 비해 지나치게 부풀어 오릅니다.",
        Reason::OutOfTime => "정해진 시간 안에 개인정보가 있는지 확인하지 못했습니다.",
        Reason::Image => "그림·소리·영상에 담긴 개인정보는 확인할 수 없습니다.",
        Reason::ImageOnlyPdf => "글 없이 그림으로만 되어 있어 개인정보가 있는지 확인하지 못했습니다.",
        Reason::UndecodableGlyphs => "글꼴에서 글자를 알아낼 수 없어 개인정보가 있는지 확인하지 못했습니다.",
        Reason::UnknownFormat => "알 수 없는 형식입니다. 글로 읽어 살펴보았지만 그것이 전부가 아닐 수 있습니다.",
        Reason::Unsupported => "읽을 수 없는 방식으로 쓰인 부분이 있어 개인정보가 있는지 확인하지 못했습니다.",
        Reason::Fragment => "나누어 보내는 파일의 한 조각이어서 개인정보가 있는지 확인하지 못했습니다.",
        Reason::EncryptedField => "보내기 전에 화면이 암호화하여 개인정보가 있는지 확인하지 못했습니다.",
        Reason::WorkerDied => "파일을 여는 데 실패하여 개인정보가 있는지 확인하지 못했습니다.",
    }
}
