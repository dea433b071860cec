//! `garim user` as people and scripts meet it: the built program, its output and its exit codes.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const PASSWORD: &str = "Kx7!mq2z-w\n";

fn user(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_garim"));
    command.arg("user").args(arguments).args(["--store", "garim.db"]).current_dir(folder);
    command.env_remove("SUDO_USER").env("LOGNAME", "operator");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("its input");
    // It need not read it.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("its output")
}

fn done(folder: &Path, arguments: &[&str], input: &str) -> String {
    let output = user(folder, arguments, input);
    let said = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn refused(folder: &Path, arguments: &[&str], input: &str) -> (Option<i32>, String) {
    let output = user(folder, arguments, input);
    (output.status.code(), String::from_utf8(output.stderr).expect("text"))
}

#[test]
fn an_account_from_its_making_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let (code, said) = refused(folder, &["list"], "");
    assert!(code == Some(1) && said.contains("no store here") && said.contains("저장소"), "{said}");
    let said = done(folder, &["add", "kim", "--role", "viewer,approver"], PASSWORD);
    assert!(said.contains("a new store") && said.contains("kim: added"), "{said}");
    let mode = std::fs::metadata(folder.join("garim.db")).expect("a store").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let (code, said) = refused(folder, &["add", "kim"], PASSWORD);
    assert!(code == Some(1) && said.contains("같은 이름"), "{said}");
    let said = done(folder, &["list"], "");
    assert!(said.starts_with("kim  viewer,approver  ") && said.contains("1 accounts"), "{said}");
    done(folder, &["grant", "kim", "auditor"], "");
    done(folder, &["revoke", "kim", "viewer", "--by", "lee"], "");
    assert_eq!(refused(folder, &["revoke", "kim", "viewer"], "").0, Some(1));
    let said = done(folder, &["list", "--grants"], "");
    let lines: Vec<&str> = said.lines().map(|line| line.split_once("  ").map_or(line, |(_, rest)| rest)).collect();
    assert_eq!(
        lines,
        [
            "kim  -viewer  by lee",
            "kim  +auditor  by operator",
            "kim  +approver  by operator",
            "kim  +viewer  by operator",
            "kim  +sign-in  by operator",
            "garim: 5 grants / 이력 5건"
        ]
    );
    done(folder, &["password", "kim"], "Zq9!wv4k-p\n");
    let said = done(folder, &["totp", "kim", "--issuer", "가림"], "");
    assert!(said.contains("otpauth://totp/%EA%B0%80%EB%A6%BC:kim?secret="), "{said}");
    let mode = std::fs::metadata(folder.join("garim.db.key")).expect("a key").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(done(folder, &["totp", "kim"], "").contains("otpauth"), "the key is there already");
    assert!(done(folder, &["unlock", "kim"], "").contains("was not locked"));
    done(folder, &["disable", "kim"], "");
    let said = done(folder, &["list"], "");
    assert!(said.contains("disabled/중지 codes/인증번호"), "{said}");
    assert_eq!(refused(folder, &["disable", "kim"], "").0, Some(1));
    done(folder, &["disable", "kim", "--undo"], "");
    done(folder, &["totp", "kim", "--off"], "");
    assert!(!done(folder, &["list"], "").contains("codes"));
    for entry in std::fs::read_dir(folder).expect("read") {
        let bytes = std::fs::read(entry.expect("one").path()).expect("read");
        for password in ["Kx7!mq2z-w", "Zq9!wv4k-p"] {
            assert!(!bytes.windows(password.len()).any(|part| part == password.as_bytes()), "hashes alone");
        }
    }
}

#[test]
fn what_is_wrong_is_told_in_both_languages() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let (code, said) = refused(folder, &["add", "Kim"], PASSWORD);
    assert!(code == Some(1) && said.contains("starts with a letter") && said.contains("아이디"), "{said}");
    assert!(!folder.join("garim.db").exists(), "nothing is made in vain");
    done(folder, &["add", "kim"], PASSWORD);
    for (password, part) in
        [("short\n", "10"), ("Kx!1234zq\n", "연속"), ("Kx7!mq2z-w\n", "last two"), ("", "cannot read the password")]
    {
        let (code, said) = refused(folder, &["password", "kim"], password);
        assert!(code == Some(1) && said.contains(part), "{said}");
        assert!(password.is_empty() || !said.contains(password.trim()), "{said}");
    }
    for arguments in [&["password", "lee"][..], &["unlock", "lee"], &["totp", "lee"], &["grant", "lee", "viewer"]] {
        let (code, said) = refused(folder, arguments, PASSWORD);
        assert!(code == Some(1) && said.contains("no such account"), "{said}");
    }
    assert_eq!(refused(folder, &["grant", "kim", "king"], "").0, Some(2));
    assert_eq!(refused(folder, &["add"], "").0, Some(2));
    let mut command = Command::new(env!("CARGO_BIN_EXE_garim"));
    let output = command.args(["user", "list", "--store", "mysql://g:secret@db/x"]).output().expect("its output");
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(output.status.code() == Some(2) && !said.contains("secret"), "{said}");
    std::fs::write(folder.join("garim.db"), "no store").expect("written");
    let (code, said) = refused(folder, &["add", "lee"], PASSWORD);
    assert!(code == Some(1) && said.contains("not a store"), "{said}");
    assert_eq!(std::fs::read(folder.join("garim.db")).expect("read"), b"no store");
}
