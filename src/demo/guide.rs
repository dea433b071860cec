//! What `garim demo` prints: what to open and what to try, in English and Korean, with commands that work as printed.

use super::Addresses;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Something to try.
struct Trial {
    english: &'static str,
    korean: &'static str,
    /// Shell lines; `GARIM`, `BOARD` and `OPS` stand for the addresses.
    commands: &'static [&'static str],
}

const TRIALS: &[Trial] = &[
    Trial {
        english: "A post with a resident number is refused (403). Nothing of it reaches the board.",
        korean: "주민등록번호가 든 글은 막힙니다(403). 게시판에는 아무것도 가지 않습니다.",
        commands: &[
            "curl -k -H 'Accept: application/json' -w '\\n%{http_code}\\n' https://GARIM/board/write -d name=hong \
             -d subject=test --data-urlencode 'content=주민번호 900101-1234568'",
        ],
    },
    Trial {
        english: "Post 1 shows a resident number: the board as it is, then through garim.",
        korean: "1번 글에는 주민등록번호가 있습니다. 게시판 그대로, 그다음 garim을 거쳐 봅니다.",
        commands: &[
            "curl -s http://BOARD/board/1 | grep -ao '810514-[0-9*]*'",
            "curl -sk https://GARIM/board/1 | grep -ao '810514-[0-9*]*'",
        ],
    },
    Trial {
        english: "A post without personal data passes (303, and where it is).",
        korean: "개인정보가 없는 글은 그대로 올라갑니다(303과 글 주소).",
        commands: &[
            "curl -sk -o /dev/null -w '%{http_code} %{redirect_url}\\n' https://GARIM/board/write -d name=hong \
             -d subject=hello --data-urlencode 'content=가로등이 꺼져 있습니다.'",
        ],
    },
    Trial {
        english: "A post in JSON is refused in JSON.",
        korean: "JSON으로 올리면 JSON으로 막습니다.",
        commands: &["curl -k https://GARIM/api/posts -H 'Content-Type: application/json' \
             -d '{\"name\":\"hong\",\"subject\":\"json\",\"content\":\"900101-1234568\"}'"],
    },
    Trial {
        english: "So is an attachment with a number in it.",
        korean: "번호가 든 첨부 파일도 막습니다.",
        commands: &["printf '성명,주민번호\\n홍길동,900101-1234568\\n' | curl -k -H 'Accept: application/json' \
             https://GARIM/board/write -F name=hong -F subject=list -F content=list -F 'file=@-;filename=list.csv;type=text/csv'"],
    },
    Trial {
        english: "An edit form shows a mask with a sealed reference. Sent back with it, the real number stays; a mask alone \
                  is refused.",
        korean: "수정 화면에는 가림 표시와 함께 참조값이 나갑니다. 참조값이 되돌아오면 원래 번호가 그대로 저장되고, 가림 표시만 돌아오면 막습니다.",
        commands: &[
            "curl -sk https://GARIM/board/1/edit | grep -ao '810514-[0-9*~]*garim[.A-Za-z0-9_-]*'",
            "curl -sk -o /dev/null -w '%{http_code}\\n' https://GARIM/board/1/edit --data-urlencode \"content=번호 \
             $(curl -sk https://GARIM/board/1/edit | grep -ao '810514-[*~]*garim[.A-Za-z0-9_-]*')\"",
            "curl -s http://BOARD/board/1 | grep -ao '810514-[0-9*]*'",
            "curl -k -H 'Accept: application/json' https://GARIM/board/1/edit --data-urlencode 'content=810514-*~*~*~*'",
        ],
    },
    Trial {
        english: "What garim counted.",
        korean: "garim이 센 것.",
        commands: &["curl -s http://OPS/metrics | grep -v '^#'"],
    },
];

/// The guide for a demo at these addresses.
pub fn guide(at: &Addresses) -> String {
    let [garim, board, operations] = [at.listen, at.board, at.operations].map(reachable);
    let mut guide = format!(
        "garim demo · 가림 시범\n\n\
         \x20 https://{garim}/board\n      the board behind garim · garim을 거친 게시판\n\
         \x20 http://{board}/board\n      the board itself · 게시판 그대로\n\
         \x20 http://{operations}/metrics\n      operations · 운영 지표\n\n\
         The certificate was made just now and nobody vouches for it: a browser warns, curl needs -k.\n\
         인증서는 방금 만든 것이어서 브라우저가 경고합니다. curl에는 -k를 붙입니다.\n\
         Every number here is synthetic. 여기에 나오는 번호는 모두 지어낸 것입니다.\n\n\
         To try, in another terminal · 다른 터미널에서 해 보기\n"
    );
    for (number, trial) in (1..).zip(TRIALS) {
        guide.push_str(&format!("\n{number}. {}\n   {}\n", trial.english, trial.korean));
        for command in trial.commands {
            let command = command.replace("GARIM", &garim).replace("BOARD", &board).replace("OPS", &operations);
            guide.push_str(&format!("     {command}\n"));
        }
    }
    guide.push_str("\nCtrl-C ends it; what was posted is forgotten. · Ctrl-C로 끝내면 올린 글은 사라집니다.\n");
    guide
}

/// The address as a client on this machine writes it.
fn reachable(at: SocketAddr) -> String {
    let ip = match at.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, at.port()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(listen: &str) -> Addresses {
        let parse = |text: &str| text.parse().expect("an address");
        Addresses { listen: parse(listen), board: parse("127.0.0.1:8081"), operations: parse("127.0.0.1:9091") }
    }

    #[test]
    fn it_names_the_addresses_as_they_are_reached() {
        let guide = guide(&addresses("0.0.0.0:8444"));
        assert!(guide.contains("https://127.0.0.1:8444/board") && !guide.contains("0.0.0.0"));
        assert!(guide.contains("http://127.0.0.1:8081/board/1") && guide.contains("http://127.0.0.1:9091/metrics"));
        assert!(["GARIM", "BOARD", "OPS"].iter().all(|word| !guide.contains(word)));
    }

    #[test]
    fn every_command_is_one_that_a_shell_reads() {
        let guide = guide(&addresses("[::1]:8444"));
        let commands: Vec<&str> = guide.lines().filter_map(|line| line.strip_prefix("     ")).collect();
        let commands: Vec<&str> = commands.into_iter().filter(|line| line.contains("curl ")).collect();
        assert_eq!(commands.len(), TRIALS.iter().map(|trial| trial.commands.len()).sum::<usize>());
        for command in commands {
            let read = std::process::Command::new("sh").args(["-n", "-c", command]).status();
            assert!(read.is_ok_and(|status| status.success()), "{command}");
        }
    }
}
