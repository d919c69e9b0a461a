//! What can't be done is refused in a sentence that says why, in every protocol, and nothing changes. What a protocol
//! itself turns down it turns down in a sentence too.

use playground_core::action::Command;
use playground_core::id::NodeId;
use playground_core::param::{Bound, Params};
use playground_core::protocol::OperationSpec;
use playground_core::recipe::Recipe;
use playground_core::registry::{Entry, catalogue, open};
use playground_core::session::Session;
use playground_core::view::{Frame, Lens, MemberKind};

fn begin(entry: &Entry) -> Box<dyn Session> {
    let mut session = entry.open(&Recipe { seed: 1, ..Recipe::new(entry.meta.slug) }).unwrap();
    (0..20).for_each(|_| assert!(session.step()));
    session
}

fn frame(session: &dyn Session) -> Frame {
    session.frame(&Lens::default())
}

fn first_of(session: &dyn Session, kind: MemberKind) -> Option<NodeId> {
    frame(session).nodes.iter().find(|node| node.kind == kind).map(|node| node.id)
}

/// Why a command is refused; it must change nothing.
fn refusal(session: &mut dyn Session, command: Command) -> String {
    let before = (session.fingerprint(), session.recipe());
    let refusal = session.command(command).expect_err("it can't be done").to_string();
    assert_eq!((session.fingerprint(), session.recipe()), before, "{refusal}");
    refusal
}

fn defaults(spec: &OperationSpec) -> Vec<u64> {
    spec.args.iter().map(|arg| arg.default).collect()
}

/// Every protocol with each of its operations, and a node that takes it.
fn for_each_operation(mut with: impl FnMut(&mut dyn Session, NodeId, u8, &OperationSpec)) {
    for entry in catalogue() {
        for (at, spec) in entry.meta.operations.iter().enumerate() {
            let mut session = begin(entry);
            let node = first_of(&*session, spec.on).unwrap();
            with(&mut *session, node, at as u8, spec);
        }
    }
}

#[test]
fn an_operation_on_a_crashed_or_paused_node_is_refused() {
    for_each_operation(|session, node, operation, spec| {
        let ask = || Command::Operate { node, operation, args: defaults(spec) };
        session.command(Command::Pause(node)).unwrap();
        assert!(refusal(session, ask()).ends_with("is paused: resume it first"));
        session.command(Command::Crash(node)).unwrap();
        assert!(refusal(session, ask()).ends_with("is crashed: restart it first"));
    });
}

#[test]
fn an_operation_with_arguments_it_does_not_take_says_which_it_takes() {
    for_each_operation(|session, node, operation, spec| {
        let mut too_many = vec![defaults(spec)];
        too_many[0].push(0);
        too_many.push(vec![0; 5_000]);
        let too_large = (0..spec.args.len()).map(|at| {
            let mut args = defaults(spec);
            args[at] = spec.args[at].max + 1;
            args
        });
        let wanted = match spec.args.first() {
            None => "this operation wants no arguments".to_owned(),
            Some(arg) => format!("this operation wants {} (0 to {})", arg.id, arg.max),
        };
        for args in too_many.into_iter().chain(too_large) {
            let said = refusal(session, Command::Operate { node, operation, args });
            assert!(said.starts_with(&wanted), "{}: {said}", spec.id);
        }
    });
}

#[test]
fn an_operation_that_a_node_does_not_take_is_refused() {
    for_each_operation(|session, node, operation, spec| {
        let other = if spec.on == MemberKind::Server { MemberKind::Client } else { MemberKind::Server };
        if let Some(other) = first_of(session, other) {
            let said = refusal(session, Command::Operate { node: other, operation, args: defaults(spec) });
            assert_eq!(said, "this node has no such operation", "{}", spec.id);
        }
        let none = Command::Operate { node, operation: u8::MAX, args: vec![] };
        assert_eq!(refusal(session, none), "this node has no such operation");
        let nobody = Command::Operate { node: NodeId(999), operation, args: defaults(spec) };
        assert_eq!(refusal(session, nobody), "there is no node n1000");
    });
}

#[test]
fn a_client_is_not_made_to_lie() {
    for entry in catalogue().iter().filter(|entry| !entry.meta.behaviours.is_empty()) {
        let mut session = begin(entry);
        let lie = |node| Command::Byzantine { node, behaviour: 1 };
        if let Some(client) = first_of(&*session, MemberKind::Client) {
            let said = refusal(&mut *session, lie(client));
            assert!(said.ends_with(" is a client: only servers can be made to lie"), "{said}");
        }
        let server = first_of(&*session, MemberKind::Server).unwrap();
        session.command(lie(server)).unwrap();
    }
}

#[test]
fn a_parameter_out_of_its_bounds_is_refused_by_name() {
    for entry in catalogue() {
        for spec in entry.meta.params {
            let (min, max) = spec.bounds();
            for value in [min.checked_sub(1), max.checked_add(1), Some(u64::MAX)].into_iter().flatten() {
                let params = vec![(spec.id.into(), value)];
                let said = match open(&Recipe { params, ..Recipe::new(entry.meta.slug) }) {
                    Ok(_) => panic!("{} {} = {value} opens", entry.meta.slug, spec.id),
                    Err(error) => error.to_string(),
                };
                assert!(
                    said.starts_with(&format!("parameter “{}” can't be “{value}”: wanted", spec.id)),
                    "{said}"
                );
            }
        }
        let params = vec![("colour".into(), 1)];
        let said = open(&Recipe { params, ..Recipe::new(entry.meta.slug) }).err().unwrap().to_string();
        assert_eq!(said, "there is no parameter “colour”");
    }
}

/// The whys of the step just taken, and how its operation ended.
fn told(session: &dyn Session) -> Vec<String> {
    let last = frame(session).last.unwrap();
    last.whys.iter().map(|why| why.sentence.plain()).collect()
}

/// An agent of another role is not refused by the kernel, which knows no roles: it says so itself.
#[test]
fn an_acceptor_and_a_learner_say_that_they_do_not_propose() {
    let mut session = open(&Recipe { seed: 1, ..Recipe::new("paxos") }).unwrap();
    for (node, name) in [(2, "a1"), (5, "l1")] {
        session.command(Command::Operate { node: NodeId(node), operation: 0, args: vec![1] }).unwrap();
        assert_eq!(told(&*session), [format!("{name} can't propose a value: only proposers do")]);
    }
    assert!(frame(&*session).nodes[2].view.headline.is_none());
}

/// A client has one command outstanding and keeps sixteen more; the next is turned down and fails.
#[test]
fn a_client_whose_queue_is_full_turns_the_next_command_down() {
    for (slug, client) in [("raft", NodeId(5)), ("multi-paxos", NodeId(3)), ("pbft", NodeId(4))] {
        let mut session = open(&Recipe { seed: 1, ..Recipe::new(slug) }).unwrap();
        let put = || Command::Operate { node: client, operation: 0, args: vec![0, 1, 0] };
        for _ in 0..17 {
            session.command(put()).unwrap();
            assert!(!told(&*session)[0].contains("is full"), "{slug}");
        }
        session.command(put()).unwrap();
        let said = told(&*session);
        assert!(
            said[0].starts_with("c1 refuses the ") && said[0].ends_with("its queue of 16 is full"),
            "{said:?}"
        );
    }
}

/// A server there is not, in an argument that any size of cluster takes.
#[test]
fn a_server_there_is_not_is_asked_for_nothing() {
    let small = |slug: &str| Recipe { params: vec![("n".into(), 4)], seed: 1, ..Recipe::new(slug) };
    for slug in ["raft", "multi-paxos", "pbft"] {
        let mut session = open(&small(slug)).unwrap();
        let args = vec![0, 1, 15];
        session.command(Command::Operate { node: NodeId(4), operation: 0, args }).unwrap();
        let said = &told(&*session)[0];
        assert!(
            ["c1 asks n1 for command 1", "c1 sends its request 1 to n1"].contains(&said.as_str()),
            "{said}"
        );
    }
    let mut session = open(&small("raft")).unwrap();
    // Hand over to, ask to change, reconfigure to servers that there are not.
    for (operation, args, said) in [
        (5, vec![14], "n1 does not hand over to n15"),
        (6, vec![1, 14], "n1 refuses to change the member n15"),
        (7, vec![10, 14], "n1 refuses another configuration"),
    ] {
        session.command(Command::Operate { node: NodeId(0), operation, args }).unwrap();
        assert_eq!(told(&*session)[0], said);
    }
}

/// Values that contradict each other are not refused, since links hold them: the bound is taken, of which the form tells.
#[test]
fn a_value_beyond_its_bound_is_taken_as_the_bound() {
    let mut bounds = 0;
    for entry in catalogue() {
        let specs = entry.meta.params;
        for spec in specs {
            let Some(bound) = spec.bound else { continue };
            bounds += 1;
            let other =
                specs.iter().find(|other| other.id == bound.other()).expect("a parameter of the protocol");
            // As far apart as they can be, the wrong way round.
            let (far, limit) = match bound {
                Bound::AtLeast(_) => (spec.bounds().0, other.bounds().1.min(spec.bounds().1)),
                Bound::AtMost(_) => (spec.bounds().1, spec.bounds().1 - 1),
            };
            let run = |value: u64| {
                let params = vec![(other.id.to_owned(), limit), (spec.id.to_owned(), value)];
                let recipe = Recipe { params, ..Recipe::new(entry.meta.slug) };
                let mut session = entry.open(&Recipe::from_link(&recipe.to_link()).unwrap()).unwrap();
                (0..60).for_each(|_| assert!(session.step()));
                session.fingerprint()
            };
            assert_eq!(bound.taken(far, limit), limit);
            assert_eq!(run(far), run(limit), "{} {}", entry.meta.slug, spec.id);
            let mut params = Params::defaults(specs);
            params.set(other.id, limit).unwrap();
            params.set(spec.id, far).unwrap();
            assert_eq!(params.get(spec.id), limit);
            assert!(
                params.iter().any(|(one, value)| one.id == spec.id && value == far),
                "what was asked for stays"
            );
        }
    }
    assert_eq!(bounds, 4, "the timeouts of Raft and of Multi-Paxos, Raft's first members, PBFT's window");
}
