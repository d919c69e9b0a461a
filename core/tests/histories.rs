//! Histories in text: both ways, what is wrong with them, and whatever chance makes of them.

mod histories_support;

use histories_support::{Dice, edn, history, random_history};
use playground_core::history::{
    DEPTH_MAX, End, Format, INPUT_BYTES_MAX, Value, guess, read, read_value, write,
};
use playground_core::linearizability::ModelKind;

fn words(text: &str, format: Format) -> Vec<String> {
    let history = read(text, format).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let name = |operation: &playground_core::history::Operation| {
        format!("{}: {operation} @{}", history.processes()[operation.process as usize], operation.source)
    };
    history.operations().iter().map(name).collect()
}

fn error(text: &str, format: Format) -> String {
    read(text, format).err().map_or_else(|| "it is readable".into(), |error| error.to_string())
}

#[test]
fn events_may_stand_in_lines_in_a_vector_or_in_a_list() {
    let events =
        "{:process 0, :type :invoke, :f :write, :value 3}\n{:type :ok :f :write :process 0 :value 3}";
    let expected = ["0: write 3 @1"];
    for text in [events.to_owned(), format!("[{events}]"), format!("({events}) ; the end")] {
        assert_eq!(words(&text, Format::Edn), expected);
        assert_eq!(guess(&text), Format::Edn);
    }
    let events = [
        "{\"process\":0,\"type\":\"invoke\",\"f\":\"write\",\"value\":3}",
        "{\"type\":\"ok\",\"process\":0,\"value\":3}",
    ];
    for text in
        [events.join("\n"), format!("[{}]", events.join(",\n")), format!(" [ {} ]\n", events.join(", "))]
    {
        assert_eq!(words(&text, Format::JsonLines), expected);
        assert_eq!(guess(&text), Format::JsonLines);
    }
}

#[test]
fn what_does_not_belong_to_clients_is_passed_over() {
    let text = "\u{feff}; a history\n\
        #jepsen.history.Op{:index 0, :time 12, :type :invoke, :process 4, :f :cas, :value [1 2]}\n\
        {:process :nemesis :type :info :f :start :value {:n1 #{\"n2\" \\a \\newline}}}\n\
        #_{:process 9} {:type :fail :process 4 :f :cas :value [1 2] :error [:timed-out #inst \"2020\" ##NaN 1/2 2.5M 7N]}\n\
        {:process :nemesis :type :info :f :stop}";
    assert_eq!(words(text, Format::Edn), ["4: cas 1 2, failed @2"]);
    let text = "{\"process\":\"nemesis\",\"type\":\"info\",\"f\":\"start\",\"value\":{\"a\":[1.5,true,null]}}\n\
        {\"time\":1e3,\"process\":\"c1\",\"type\":\"invoke\",\"f\":\"read\",\"value\":null,\"more\":{}}\n";
    assert_eq!(words(text, Format::JsonLines), ["c1: read, unknown @2"]);
}

#[test]
fn a_log_of_jepsen_is_read_too() {
    let text = "INFO  jepsen.core - Worker 0 starting\n\
        INFO  jepsen.util - 0\t:invoke\t:cas\t[1 2]\n\
        INFO  jepsen.util - :nemesis\t:info\t:start\tnil\n\
        WARN  jepsen.core - something\n\
        INFO  jepsen.util - 0\t:info\t:cas\t:timed-out\n";
    assert_eq!(words(text, Format::Edn), ["0: cas 1 2, unknown @2"]);
}

#[test]
fn a_key_may_stand_beside_the_value() {
    let text = "{:process 0, :type :invoke, :f :get, :key \"a\", :value nil}\n\
                {:process 0, :type :ok, :f :get, :key \"a\", :value \"x y\"}";
    assert_eq!(words(text, Format::Edn), ["0: get a → \"x y\" @1"]);
}

#[test]
fn the_three_ends_are_told_apart() {
    let history = history(
        "0 invoke write 1\n1 invoke write 2\n2 invoke write 3\n3 invoke write 4\n0 ok write 1\n1 fail write 2\n2 info write 3",
    );
    let ends: Vec<End> = history.operations().iter().map(|operation| operation.end.clone()).collect();
    assert_eq!(
        ends,
        [
            End::Ok { value: Value::Int(1), at: 4 },
            End::Fail { error: Value::Nil, at: 5 },
            End::Unknown { error: Value::Nil, at: Some(6) },
            End::Unknown { error: Value::Nil, at: None },
        ]
    );
}

#[test]
fn errors_say_where_and_what_was_wanted() {
    let good = "{:process 0 :type :invoke :f :read}\n";
    let cases = [
        ("{:process 0", "line 2, column 12: wanted a closing } for line 2, found the end"),
        ("  3", "line 2, column 3: wanted an event, {:process … :type … :f … :value …}, found 3"),
        ("{:type :ok}", "line 2, column 1: wanted a process, such as 0"),
        ("{:process [1] :type :ok}", "line 2, column 1: wanted a process, such as 0, found [1]"),
        (
            "{:process 0 :type :okay}",
            "line 2, column 1: wanted a type: invoke, ok, fail or info, found :okay",
        ),
        ("{:process 0}", "line 2, column 1: wanted a type: invoke, ok, fail or info"),
        ("{:process 1 :type :invoke}", "line 2, column 1: wanted a function in f, such as read"),
        (
            "{:process 1 :type :ok}",
            "line 2, column 1: wanted an invocation by process 1 before it returns, found :ok",
        ),
        (
            "{:process 0 :type :ok :f :write}",
            "line 2, column 1: wanted a return of read, asked for in line 1, found :write",
        ),
        (
            good,
            "line 2, column 1: wanted a return of process 0, whose operation of line 1 is open, found :invoke",
        ),
        ("{:process 0 :type}", "line 2, column 18: wanted a value for :type, found '}'"),
        ("{:process 0 :value \"a\n", "line 3, column 1: wanted a closing \", found the end"),
        ("{:a \"\\q\"}", "line 2, column 7: wanted an escape such as \\n, \\\" or \\u0041, found q\\\""),
        ("]", "line 2, column 1: wanted a value, found ']'"),
        ("Independent", "line 2, column 1: wanted an event, found Independent"),
    ];
    for (line, expected) in cases {
        assert_eq!(error(&(good.to_owned() + line), Format::Edn), expected, "{line}");
    }
    let good = "{\"process\":0,\"type\":\"invoke\",\"f\":\"read\"}\n";
    let cases = [
        ("{\"process\":0", "line 2, column 13: wanted \",\" or \"}\", found the end"),
        ("{process:0}", "line 2, column 2: wanted a name in double quotes, found process:0"),
        ("{\"process\" 0}", "line 2, column 12: wanted \":\", found 0"),
        ("{\"process\":nil}", "line 2, column 12: wanted a value, found nil"),
        ("{\"process\":\"\\ud800\"}", "line 2, column 14: wanted a character's code, found ud800\\\""),
        (
            "[1,2]",
            "line 2, column 1: wanted an event, {\"process\":…,\"type\":…,\"f\":…,\"value\":…}, found [1",
        ),
        ("{\"type\":\"ok\"}", "line 2, column 1: wanted a process, such as 0"),
    ];
    for (line, expected) in cases {
        assert_eq!(error(&(good.to_owned() + line), Format::JsonLines), expected, "{line}");
    }
    assert_eq!(error("[\n\n", Format::Edn), "line 3, column 1: wanted a closing ], found the end");
    assert_eq!(error("[] 3", Format::Edn), "line 1, column 4: wanted nothing more, found 3");
}

#[test]
fn bounds_are_kept() {
    let deep =
        |open: &str, count: usize| format!("{{:process 0 :type :invoke :f :w :value {}", open.repeat(count));
    let wanted = format!("wanted at most {DEPTH_MAX} collections inside each other");
    for open in ["[", "(", "{", "#{", "{1 ", "#a ", "#_", "#_ #_ ", "[#_["] {
        let found = error(&deep(open, 200_000), Format::Edn);
        assert!(found.contains(&wanted), "{open}: {found}");
    }
    let json = format!("{{\"value\":{}", "[".repeat(200_000));
    assert!(
        error(&json, Format::JsonLines).contains("wanted at most 24 arrays and objects inside each other")
    );
    let many = format!("{{:value [{}]}}", "1 ".repeat(300_000));
    assert!(error(&many, Format::Edn).contains("wanted at most 200000 values in an event"));
    let long = " ".repeat(INPUT_BYTES_MAX + 1);
    assert_eq!(
        error(&long, Format::Edn),
        "line 1, column 1: wanted at most 16777216 bytes of text, found ' '"
    );
    let mut many = String::new();
    for client in 0..=100_000 {
        many += &format!("{{:process {client} :type :invoke :f :r}}\n");
    }
    assert!(error(&many, Format::Edn).starts_with("line 100001, column 1: wanted at most 100000 operations"));
}

#[test]
fn single_values_are_read_as_options_give_them() {
    let read = |text: &str| read_value(text).map_err(|error| error.to_string());
    assert_eq!(read("3"), Ok(Value::Int(3)));
    assert_eq!(read("nil"), Ok(Value::Nil));
    assert_eq!(read("null"), Ok(Value::Nil));
    assert_eq!(read("held"), Ok(Value::text("held")));
    assert_eq!(read("\"\""), Ok(Value::text("")));
    assert_eq!(read("[1, 2]"), Ok(Value::list([Value::Int(1), Value::Int(2)])));
    assert_eq!(read("1 2"), Err("line 1, column 3: wanted a single value, found 2".into()));
    assert_eq!(read(""), Err("line 1, column 1: wanted a value, found the end".into()));
}

#[test]
fn text_goes_around_and_comes_back_the_same() {
    let mut dice = Dice(7);
    for round in 0..700 {
        let model = ModelKind::ALL[round % ModelKind::ALL.len()];
        let history = random_history(model, 12, 4, &mut dice);
        for format in [Format::Edn, Format::JsonLines] {
            let text = write(&history, format);
            assert_eq!(guess(&text), format, "{text}");
            let again = read(&text, format).unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(write(&again, format), text);
            assert_eq!(again.events(), history.events());
            let words = |history: &playground_core::history::History| {
                history.operations().iter().map(|it| format!("{it} {:?}", it.returned())).collect::<Vec<_>>()
            };
            assert_eq!(words(&again), words(&history), "{text}");
        }
    }
}

#[test]
fn odd_texts_survive_both_forms() {
    for text in ["", "a b", "\"\\\n\t\r\u{1}", "é漢😀", ":nemesis", "nil"] {
        let mut history = playground_core::history::History::default();
        let at = history.invoke(Value::Int(0), "write", Value::text(text), 1);
        history.ok(at, Value::text(text));
        for format in [Format::Edn, Format::JsonLines] {
            assert_eq!(read(&write(&history, format), format).as_ref(), Ok(&history), "{text:?}");
        }
    }
    assert_eq!(read_value("\"\\u00e9\\ud83d\\ude00\""), Ok(Value::text("é😀")));
}

#[test]
fn a_process_that_goes_on_gets_a_new_name_in_text() {
    let mut history = playground_core::history::History::default();
    let first = history.invoke(Value::Int(0), "write", Value::Int(1), 1);
    let second = history.invoke(Value::Int(0), "write", Value::Int(2), 2);
    history.ok(second, Value::Int(2));
    history.ok(first, Value::Int(1));
    assert_eq!(
        write(&history, Format::Edn),
        "{:process 0, :type :invoke, :f :write, :value 1}\n{:process 1, :type :invoke, :f :write, :value 2}\n\
         {:process 1, :type :ok, :f :write, :value 2}\n{:process 0, :type :ok, :f :write, :value 1}\n"
    );
}

/// Bytes that are likely to matter.
const ALPHABET: &[u8] = b"{}[]()\"\\:;,#_^~@'`. \n\t019-+eNMaunilf/\xff\xc3\xa9";

#[test]
fn mutated_texts_never_panic() {
    let mut dice = Dice(1);
    let seeds: Vec<(Vec<u8>, Format)> = [Format::Edn, Format::JsonLines]
        .into_iter()
        .flat_map(|format| {
            ModelKind::ALL
                .map(|model| (write(&random_history(model, 8, 3, &mut Dice(3)), format).into_bytes(), format))
        })
        .chain([(edn("0 invoke write #{1 \\a \"\\u00e9\"}").into_bytes(), Format::Edn)])
        .collect();
    let mut readable = 0;
    for round in 0..20_000 {
        let (seed, format) = &seeds[round % seeds.len()];
        let mut bytes = seed.clone();
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len() as u64 + 1) as usize;
            let letter = ALPHABET[dice.below(ALPHABET.len() as u64) as usize];
            match dice.below(4) {
                0 => bytes.insert(at, letter),
                1 if at < bytes.len() => bytes[at] = letter,
                2 if at < bytes.len() => {
                    bytes.remove(at);
                }
                _ => bytes.truncate(at.max(1)),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        match read(&text, *format) {
            Ok(history) => {
                readable += 1;
                for format in [Format::Edn, Format::JsonLines] {
                    let written = write(&history, format);
                    assert!(read(&written, format).is_ok(), "{text}\n{written}");
                }
            }
            Err(error) => {
                let lines = text.matches('\n').count() as u32 + 1;
                assert!(error.line >= 1 && error.line <= lines, "{error}\n{text}");
            }
        }
    }
    assert!(readable > 1_000, "{readable} of 20000 are readable");
}
