//! The command `linearizable`, as a script runs it.
#![cfg(not(target_family = "wasm"))]

use std::io::Write;
use std::process::{Command, Stdio};

/// Exit status, standard output without the time, standard error.
fn run(args: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO"))
        .args(["run", "-q", "-p", "playground-core", "--example", "linearizable", "--"])
        .args(args)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/testdata/histories"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("cargo runs");
    // A command that does not read its input may be gone already.
    child.stdin.take().expect("it is piped").write_all(input.as_bytes()).ok();
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it is UTF-8");
    let mut answer = text(&output.stdout);
    if let (Some(start), Some(end)) = (answer.find("\"seconds\":"), answer.find(",\"stuck\"")) {
        let seconds: f64 = answer[start + 10..end].parse().expect("seconds are a number");
        assert!(seconds >= 0.0);
        answer.replace_range(start + 10..end, "S");
    }
    (output.status.code().unwrap_or(-1), answer, text(&output.stderr))
}

#[test]
fn verdicts_are_one_object_and_status_0() {
    let (status, answer, complaint) = run(&["stale_read.edn", "--model", "register"], "");
    assert_eq!((status, complaint.as_str()), (0, ""));
    assert_eq!(
        answer,
        "{\"linearizable\":false,\"operations\":3,\"seconds\":S,\"stuck\":{\"operation\":3,\"line\":7,\"process\":1,\
         \"f\":\"read\",\"value\":1,\"text\":\"read → 1\",\"key\":null,\"state\":\"2\",\"placed\":2}}\n"
    );
    let yes = "{\"linearizable\":true,\"operations\":2,\"seconds\":S,\"stuck\":null}\n";
    assert_eq!(run(&["--model", "queue", "queue.jsonl"], ""), (0, yes.into(), String::new()));
}

#[test]
fn standard_input_initial_values_and_formats_are_understood() {
    let edn = "{:process 0 :type :invoke :f :read}{:process 0 :type :ok :f :read :value 5}";
    let json =
        "[{\"process\":0,\"type\":\"invoke\",\"f\":\"read\"},{\"process\":0,\"type\":\"ok\",\"value\":5}]";
    for (text, format) in [(edn, "edn"), (json, "jsonl")] {
        for (initial, expected) in [("5", true), ("4", false)] {
            let prefix = format!("{{\"linearizable\":{expected},\"operations\":1,");
            let args = ["-", "--model", "cas-register", "--init", initial];
            let (status, answer, _) = run(&args, text);
            assert!(status == 0 && answer.starts_with(&prefix), "{answer}");
            let (status, answer, _) = run(&[&args[..], &["--format", format]].concat(), text);
            assert!(status == 0 && answer.starts_with(&prefix), "{answer}");
        }
    }
}

#[test]
fn unusable_input_is_one_line_and_status_2() {
    let usage = "linearizable FILE --model register|cas-register|kv|mutex|queue|counter|set|consensus [--init V] \
                 [--format edn|jsonl]";
    let models = "register|cas-register|kv|mutex|queue|counter|set|consensus";
    let cases: [(&[&str], &str, &str); 10] = [
        (&[], "", &format!("wanted a file: {usage}")),
        (&["stale_read.edn"], "", &format!("wanted --model: {usage}")),
        (&["stale_read.edn", "--model", "stack"], "", &format!("--model: wanted {models}, found stack")),
        (&["--fast"], "", &format!("--fast: wanted {usage}")),
        (&["a", "b"], "", "b: wanted one file, found a second one"),
        (&["-", "--format", "xml"], "", "--format: wanted edn or jsonl, found xml"),
        (
            &["-", "--model", "kv", "--init", "[1"],
            "",
            "--init: line 1, column 3: wanted a closing ] for line 1, found the end",
        ),
        (
            &["-", "--model", "kv"],
            "\n{:process 0",
            "-: line 2, column 12: wanted a closing } for line 2, found the end",
        ),
        (
            &["stale_read.edn", "--model", "mutex"],
            "",
            "stale_read.edn: line 2: wanted acquire or release, found write",
        ),
        (
            &["stale_read.edn", "--model", "counter", "--init", "x"],
            "",
            "stale_read.edn: wanted a whole number as initial value, found x",
        ),
    ];
    for (args, input, expected) in cases {
        assert_eq!(run(args, input), (2, String::new(), format!("{expected}\n")), "{args:?}");
    }
    let (status, _, complaint) = run(&["nowhere.edn", "--model", "kv"], "");
    assert!(
        status == 2 && complaint.starts_with("nowhere.edn: wanted a readable file, found: "),
        "{complaint}"
    );
    assert_eq!(complaint.lines().count(), 1);
}
