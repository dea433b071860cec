//! Mistakes about certificates that garim gets by itself.

use super::{Words, quoted};

pub(in crate::config) fn acme_without_redirect() -> Words {
    Words::new(
        "certificates by ACME need a listener in redirect of [server]: at port 80 of each host it is asked whether the host is yours; \
         expected redirect = [\"0.0.0.0:80\"]",
        "ACME로 인증서를 받으려면 [server]의 redirect가 있어야 합니다. 인증 기관이 각 호스트의 80번 포트로 확인합니다. redirect = [\"0.0.0.0:80\"]처럼 적으십시오.",
    )
}

pub(in crate::config) fn acme_host(host: &str) -> Words {
    let host = quoted(host);
    Words::new(
        format!(
            "ACME gives no certificate for {host}: it is asked of the host itself, so that it has to be a name of its own; \
             take it out, or use {{ cert = FILE, key = FILE }}"
        ),
        format!(
            "{host}의 인증서는 ACME로 받을 수 없습니다. 이름이 분명한 호스트만 됩니다. 빼거나 {{ cert = 파일, key = 파일 }}을 쓰십시오."
        ),
    )
}
