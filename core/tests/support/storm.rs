//! Faults drawn from a seed, thick and fast, with every property judged after every step: for clusters of servers, which
//! come first, and clients.

use super::Chance;
use playground_core::action::{Action, Command, CutFate, Ways};
use playground_core::id::{MessageId, NodeId};
use playground_core::kernel::{Latency, LinkProfile, Shape};
use playground_core::param::Params;
use playground_core::protocol::{Protocol, TO};
use playground_core::view::{Lens, MemberKind, Rank};
use playground_core::world::World;
use std::collections::BTreeSet;

/// A cluster and the properties it has broken.
pub struct Storm<P: Protocol> {
    pub world: World<P>,
    pub servers: u16,
    pub clients: u16,
    chance: Chance,
    pub broken: BTreeSet<&'static str>,
    /// Which run it is, and what was broken when.
    pub said: String,
}

impl<P: Protocol> Storm<P> {
    /// A cluster at its beginning.
    pub fn new(params: &[(&str, u64)], seed: u64) -> Self {
        let mut values = Params::defaults(P::META.params);
        for (id, value) in params {
            values.set(id, *value).unwrap();
        }
        Self {
            world: World::new(P::open(&values), seed),
            servers: values.get("n") as u16,
            clients: values.get("clients") as u16,
            chance: Chance::new(seed),
            broken: BTreeSet::new(),
            said: format!("{params:?} seed {seed}"),
        }
    }

    fn judge(&mut self) {
        let world = &self.world;
        for property in world.protocol().properties() {
            // Some properties answer for servers only, some for clients only.
            for node in 0..self.servers + self.clients {
                if let Err(witness) =
                    (property.check)(world.protocol(), world.ghost(), world.nodes(), NodeId(node))
                {
                    self.broken.insert(property.id);
                    self.said += &format!("\n{} at step {}: {witness}", property.id, world.step());
                }
            }
        }
    }

    pub fn advance(&mut self, steps: u64) {
        for _ in 0..steps {
            if !self.world.advance() {
                return;
            }
            self.judge();
        }
    }

    /// Runs for so many microseconds of simulated time.
    pub fn run_for(&mut self, us: u64) {
        let until = self.world.now().after(us);
        while self.world.next_at().is_some_and(|at| at <= until) {
            self.advance(1);
        }
    }

    /// Does a command, if it can be done.
    pub fn command(&mut self, command: Command) {
        if self.world.apply(&Action::Command(command), 0).is_ok() {
            self.judge();
        }
    }

    fn node(&mut self) -> NodeId {
        NodeId(self.chance.below(u64::from(self.servers + self.clients)) as u16)
    }

    fn side(&mut self) -> Vec<NodeId> {
        let bits = self.chance.next();
        (0..self.servers + self.clients).filter(|at| bits >> at & 1 == 1).map(NodeId).collect()
    }

    fn profile(&mut self) -> LinkProfile {
        let shape = match self.chance.below(3) {
            0 => Shape::Uniform { min_us: 1_000, max_us: 40_000 },
            1 => Shape::Exponential { floor_us: 1_000, mean_us: 30_000 },
            _ => Shape::Pareto { scale_us: 3_000, alpha_centi: 110 },
        };
        LinkProfile {
            latency: Latency(vec![(1, shape)]),
            loss_permille: self.chance.below(200) as u16,
            duplicate_permille: self.chance.below(200) as u16,
            fifo: self.chance.below(2) == 0,
            spacing_us: 0,
        }
    }

    fn fault(&mut self) {
        let node = self.node();
        let command = match self.chance.below(26) {
            0 => Command::Crash(node),
            1 => {
                self.command(Command::Crash(node));
                Command::Restart(node)
            }
            2..=5 => Command::Restart(node),
            6 => Command::Pause(node),
            7 | 8 => Command::Resume(node),
            9 | 10 => {
                let fate = if self.chance.below(2) == 0 { CutFate::Lose } else { CutFate::Hold };
                let ways = if self.chance.below(3) == 0 { Ways::Forth } else { Ways::Both };
                let from = self.side();
                let to =
                    (0..self.servers + self.clients).map(NodeId).filter(|id| !from.contains(id)).collect();
                Command::Cut { from, to, ways, fate }
            }
            11..=13 => Command::HealAll,
            14 => Command::Link { from: None, to: None, profile: self.profile() },
            15 => Command::Link { from: Some(node), to: None, profile: self.profile() },
            16 => Command::ClockDrift { node, ppm: self.chance.below(600_000) as i32 - 300_000 },
            17 => Command::ClockJump { node, by_us: self.chance.below(400_000) as i64 - 200_000 },
            18 => Command::Fire { node, timer: self.chance.below(3) as u8 },
            19 => Command::Duplicate(self.recent()),
            20 => Command::Drop(self.recent()),
            21 => Command::Delay { message: self.recent(), by_us: self.chance.below(500_000) },
            _ => self.operation(),
        };
        self.command(command);
    }

    /// Whatever the protocol has: of servers, half the time one that leads; a member that there is, but for the one
    /// that is asked; few values, so that what one command expects another has written, or many.
    fn operation(&mut self) -> Command {
        let operation = self.chance.below(P::META.operations.len() as u64) as usize;
        let spec = &P::META.operations[operation];
        let nodes = match spec.on {
            MemberKind::Server => 0..self.servers,
            MemberKind::Client => self.servers..self.servers + self.clients,
        };
        let pick = |chance: &mut Chance, from: &[u64]| from[chance.below(from.len() as u64) as usize];
        let leading: Vec<u64> = nodes.clone().filter(|at| self.leads(NodeId(*at))).map(u64::from).collect();
        let any = self.chance.below(2) == 0 || leading.is_empty();
        let able: Vec<u64> = if any { nodes.map(u64::from).collect() } else { leading };
        let node = pick(&mut self.chance, &able) as u16;
        let others = self.world.roster().iter().enumerate();
        let others = |id| others.clone().filter(move |(at, _)| id != TO || *at != usize::from(node));
        let args = spec.args.iter().map(|arg| {
            let names: Vec<&str> = others(arg.id).map(|(_, member)| member.name.as_str()).collect();
            match arg.naming(&names) {
                Some(named) => pick(&mut self.chance, &named),
                None if self.chance.below(2) == 0 => self.chance.below(arg.max.min(3) + 1),
                None => self.chance.below(arg.max + 1),
            }
        });
        let args = args.collect();
        Command::Operate { node: NodeId(node), operation: operation as u8, args }
    }

    fn leads(&self, node: NodeId) -> bool {
        let world = &self.world;
        world.protocol().view(world.nodes(), node, &Lens::default()).rank == Rank::Leads
    }

    /// About a message that may be in flight: they are numbered in order, less than two to a step.
    fn recent(&mut self) -> MessageId {
        let step = self.world.step();
        MessageId(step + self.chance.below(step / 2 + 10))
    }

    /// Ends every fault.
    pub fn mend(&mut self) {
        self.command(Command::HealAll);
        self.command(Command::Link { from: None, to: None, profile: LinkProfile::default() });
        for node in (0..self.servers + self.clients).map(NodeId) {
            self.command(Command::Restart(node));
            self.command(Command::Resume(node));
            self.command(Command::ClockDrift { node, ppm: 0 });
        }
    }

    /// A run with a fault after every so many steps, at most.
    pub fn run(params: &[(&str, u64)], seed: u64, steps_max: u64) -> Self {
        let mut run = Self::new(params, seed);
        for _ in 0..3_000 / steps_max {
            let steps = run.chance.below(steps_max);
            run.advance(steps);
            run.fault();
        }
        run
    }
}
