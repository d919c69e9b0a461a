//! How fast simulated time runs, on a scale of ratios, in words.

/// The speeds one can choose, simulated seconds in a second.
pub const SPEEDS: [f64; 15] =
    [0.001, 0.002, 0.005, 0.01, 0.02, 1.0 / 30.0, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0];

/// Position of the speed a run opens with: 15 ms of latency take about half a second.
pub const SPEED_DEFAULT: usize = 5;

/// Slowest and fastest.
pub const SPEED_BOUNDS: (f64, f64) = (SPEEDS[0], SPEEDS[SPEEDS.len() - 1]);

/// A speed in words, by its position: `slow 1:30`, `real time`, `fast 4×`.
pub fn words(at: usize) -> String {
    match SPEEDS[at] {
        speed if speed < 0.999 => ["slow ", &short(at)].concat(),
        speed if speed < 1.001 => "real time".into(),
        _ => ["fast ", &short(at)].concat(),
    }
}

/// A speed where there is little room: `1:30`, `1:1`, `4×`.
pub fn short(at: usize) -> String {
    let speed = SPEEDS[at];
    // Whole numbers: to print a fraction takes 20 KB of the module.
    if speed < 1.001 {
        format!("1:{}", (1.0 / speed + 0.5) as u32)
    } else {
        format!("{}×", (speed + 0.5) as u32)
    }
}

/// Position of the speed nearest to a given one, by ratio.
pub fn nearest(speed: f64) -> usize {
    let apart = |other: f64| (other / speed).max(speed / other);
    (0..SPEEDS.len()).min_by(|a, b| apart(SPEEDS[*a]).total_cmp(&apart(SPEEDS[*b]))).unwrap_or(SPEED_DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_said_in_words() {
        assert_eq!(
            [0, SPEED_DEFAULT, 10, 14].map(words),
            ["slow 1:1000", "slow 1:30", "real time", "fast 16×"]
        );
        assert_eq!([0, SPEED_DEFAULT, 10, 14].map(short), ["1:1000", "1:30", "1:1", "16×"]);
    }

    #[test]
    fn any_speed_finds_its_neighbour() {
        assert_eq!([0.0001, 0.03, 1.2, 100.0].map(nearest), [0, 5, 10, 14]);
    }
}
