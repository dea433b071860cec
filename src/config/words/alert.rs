//! Mistakes in how people are alerted.

use super::Words;

pub(in crate::config) fn nobody_to_alert() -> Words {
    Words::new(
        "[alert] names no way to tell anybody; expected \"webhook\", \"mail\" or \"syslog\"",
        "[alert]에 알릴 곳이 없습니다. \"webhook\", \"mail\", \"syslog\" 가운데 하나는 적으십시오.",
    )
}

pub(in crate::config) fn no_webhook() -> Words {
    Words::new(
        "\"webhook\" in [alert] is not understood; expected a URL such as \"https://chat.example.go.kr/hook\"",
        "[alert]의 \"webhook\" 값을 알 수 없습니다. 필요한 값: \"https://chat.example.go.kr/hook\" 같은 주소.",
    )
}

pub(in crate::config) fn password_in_the_clear() -> Words {
    Words::new(
        "the password would be sent unencrypted; expected starttls = \"required\" or a server with smtps://",
        "비밀번호가 암호화되지 않고 나갑니다. starttls = \"required\"로 하거나 smtps:// 서버를 적으십시오.",
    )
}

pub(in crate::config) fn nobody_hears_of_windows() -> Words {
    Words::new(
        "nobody is told: action = \"alert\" needs an [alert] with \"window\" among \"on\"; else use \"log\"",
        "알릴 곳이 없습니다. action = \"alert\"에는 \"on\"에 \"window\"가 든 [alert]가 필요합니다. 없으면 \"log\"로 하십시오.",
    )
}

pub(in crate::config) fn no_way_for_copies(way: &str) -> Words {
    Words::new(
        format!("copies of seals would go nowhere: [alert] has no \"{way}\"; add it there, or take it out here"),
        format!("봉인 사본을 보낼 곳이 없습니다. [alert]에 \"{way}\"가 없습니다. 거기에 적거나 여기서 빼십시오."),
    )
}

pub(in crate::config) fn blocked_untold() -> Words {
    Words::new(
        "\"blocked\" has no effect; expected \"blocked\" among \"on\" of [alert] too",
        "\"blocked\"는 효과가 없습니다. [alert]의 \"on\"에도 \"blocked\"를 적으십시오.",
    )
}
