//! Write your own protocol in one file.
//!
//! Two nodes race for a token: each may claim it, and whoever hears a claim first gives way. Below, the whole of it:
//! described, played, judged, explored. The rule that makes it safe can be switched off, and the explorer then shows how
//! both come to hold the token.
//!
//! ```
//! use playground_core::explore::{Bounds, Ending, explore_recipe};
//! use playground_core::id::NodeId;
//! use playground_core::param::{ParamGroup, ParamKind, ParamSpec, Params};
//! use playground_core::protocol::*;
//! use playground_core::recipe::Recipe;
//! use playground_core::session::Session;
//! use playground_core::time::MS;
//! use playground_core::timeline::Timeline;
//! use playground_core::view::{Fact, Lens, MemberKind, NodeView, Rank};
//!
//! /// The protocol is its parsed parameters.
//! #[derive(Debug, Clone)]
//! struct Token {
//!     waits: bool,
//! }
//!
//! /// One node's state. Everything here is lost in a crash; what should not be would stand in `Durable`.
//! #[derive(Debug, Clone, PartialEq, Eq, Hash)]
//! enum State {
//!     Idle,
//!     Claiming,
//!     Holding,
//! }
//!
//! /// What travels.
//! #[derive(Debug, Clone, PartialEq, Eq, Hash)]
//! enum Msg {
//!     Claim,
//!     GoAhead,
//! }
//!
//! impl Protocol for Token {
//!     const META: Meta = Meta {
//!         summary: "Two nodes race for a token.",
//!         params: &[ParamSpec {
//!             id: "twin-no-wait",
//!             title: "Don't wait",
//!             help: "Who claims the token takes it at once.",
//!             kind: ParamKind::Flag { default: false },
//!             group: ParamGroup::Twin,
//!             bound: None,
//!         }],
//!         messages: &[
//!             MessageKind { name: "Claim", code: "C", tone: Tone::A, reply: false },
//!             MessageKind { name: "GoAhead", code: "GO", tone: Tone::A, reply: true },
//!         ],
//!         ..Meta::new("token", "Token")
//!     };
//!     type State = State;
//!     type Msg = Msg;
//!     type Timer = ();
//!     type Durable = ();
//!     type Ghost = ();
//!
//!     fn open(params: &Params) -> Self {
//!         Self { waits: !params.is_on("twin-no-wait") }
//!     }
//!     fn roster(&self) -> Vec<Member> {
//!         ["n1", "n2"].map(Member::server).into()
//!     }
//!     fn on_start(&self, ctx: &mut Ctx<'_, Self>, (): ()) -> State {
//!         // The kernel draws the time, on this node's own clock.
//!         ctx.set_timer((), 10 * MS, 40 * MS);
//!         State::Idle
//!     }
//!     fn durable(&self, _: &State) {}
//!     fn on_timer(&self, ctx: &mut Ctx<'_, Self>, state: &mut State, (): ()) {
//!         if *state == State::Idle {
//!             ctx.send(NodeId(1 - ctx.me().0), Msg::Claim);
//!             *state = if self.waits { State::Claiming } else { State::Holding };
//!         }
//!     }
//!     fn on_message(&self, ctx: &mut Ctx<'_, Self>, state: &mut State, from: NodeId, msg: Msg) {
//!         match (&state, msg) {
//!             // Both claim: n1 goes first.
//!             (State::Claiming, Msg::Claim) if ctx.me() < from => {}
//!             (State::Holding, Msg::Claim) => {}
//!             (_, Msg::Claim) => {
//!                 ctx.cancel_timer(());
//!                 *state = State::Idle;
//!                 ctx.send(from, Msg::GoAhead);
//!             }
//!             (State::Claiming, Msg::GoAhead) => *state = State::Holding,
//!             (_, Msg::GoAhead) => {}
//!         }
//!     }
//!     fn on_operation(&self, _: &mut Ctx<'_, Self>, _: &mut State, _: &Operation) {}
//!     fn properties(&self) -> &'static [Property<Self>] {
//!         &[Property {
//!             id: "one-holder",
//!             text: "At most one node holds the token.",
//!             check: |_, (), nodes, _| {
//!                 let holders = nodes.up().filter(|(_, state)| **state == State::Holding).count();
//!                 if holders > 1 { Err("both hold the token".into()) } else { Ok(()) }
//!             },
//!         }]
//!     }
//!     fn view(&self, nodes: &Nodes<Self>, id: NodeId, _: &Lens) -> NodeView {
//!         let role = match nodes.state(id) {
//!             Some(State::Holding) => "holder",
//!             Some(State::Claiming) => "claimant",
//!             _ => "idle",
//!         };
//!         NodeView { role, rank: Rank::Plain, headline: None, quorum: None, panels: vec![] }
//!     }
//!     fn kind(&self, msg: &Msg) -> u8 {
//!         match msg {
//!             Msg::Claim => 0,
//!             Msg::GoAhead => 1,
//!         }
//!     }
//!     fn summary(&self, msg: &Msg) -> String {
//!         format!("{msg:?}")
//!     }
//!     fn fields(&self, _: &Msg) -> Vec<Fact> {
//!         vec![]
//!     }
//!     fn timer_label(&self, (): ()) -> &'static str {
//!         "claim"
//!     }
//! }
//!
//! // Play it: a session steps, goes back, forks, and is a link.
//! let mut run = Timeline::open::<Token>(&Recipe { seed: 7, ..Recipe::new("token") }).unwrap();
//! while run.step() {}
//! let frame = run.frame(&Lens::default());
//! assert!(frame.nodes.iter().any(|node| node.view.role == "holder"));
//! assert!(frame.verdicts.iter().all(|verdict| verdict.holds));
//!
//! // Explore it: every order of messages and timers, not one.
//! let mut all = explore_recipe::<Token>(&Recipe::new("token"), Bounds::default()).unwrap();
//! assert_eq!(all.run(u64::MAX).ended, Some(Ending::Complete));
//!
//! // Its twin breaks, and the way there opens as an ordinary run.
//! let twin = Recipe { params: vec![("twin-no-wait".into(), 1)], ..Recipe::new("token") };
//! let mut all = explore_recipe::<Token>(&twin, Bounds::default()).unwrap();
//! assert_eq!(all.run(u64::MAX).ended, Some(Ending::Violation));
//! let mut run = Timeline::open::<Token>(&twin).unwrap();
//! run.follow(&all.counterexample().unwrap().moves).unwrap();
//! assert!(!run.frame(&Lens::default()).verdicts[0].holds);
//! ```
//!
//! To put it into the catalogue, see `CONTRIBUTING.md`.
