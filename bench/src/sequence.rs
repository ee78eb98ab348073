//! The order of stops: how near to the best it comes, and how long that takes.

use std::error::Error;
use std::io::Read;
use std::time::{Duration, Instant};

use clap::Args;
use porchlight_backend::sequence::{self, Effort, End, Problem, Visit};

use crate::figures::say;

type Failure = Box<dyn Error + Send + Sync>;

#[derive(Debug, Args)]
pub struct Options {
    /// Answer one matrix: rows of seconds as JSON on standard input, the order as JSON on standard output,
    /// from 0 and without a return.
    #[arg(long)]
    matrix: bool,
}

/// Problems of TSPLIB and the lengths of their shortest rounds.
const INSTANCES: [(&str, i64, &str); 6] = [
    ("berlin52", 7542, include_str!("../instances/berlin52.txt")),
    ("st70", 675, include_str!("../instances/st70.txt")),
    ("eil101", 629, include_str!("../instances/eil101.txt")),
    ("kroA100", 21282, include_str!("../instances/kroA100.txt")),
    ("ch150", 6528, include_str!("../instances/ch150.txt")),
    ("kroA200", 29368, include_str!("../instances/kroA200.txt")),
];

pub fn run(options: &Options) -> Result<(), Failure> {
    if options.matrix {
        return answer();
    }
    for (name, best, text) in INSTANCES {
        let times = distances(&places(text)?);
        let problem = problem(&times, End::AtTheStart);
        let (greedy, greedy_time) = timed(|| sequence::nearest(&problem));
        let (order, time) = timed(|| sequence::sequence(&problem, &[], Effort::default()));
        let gap = |order: &[usize]| 100.0 * (length(&times, order) / whole(best) - 1.0);
        say(&format!(
            "{name:10} shortest {best:6}: nearest neighbour {:5.2} % longer in {:6.3} ms, ours {:5.2} % in {:6.1} ms",
            gap(&greedy),
            millis(greedy_time),
            gap(&order),
            millis(time),
        ));
    }
    Ok(())
}

fn answer() -> Result<(), Failure> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let times: Vec<Vec<f64>> = serde_json::from_str(&text)?;
    let order = sequence::sequence(&problem(&times, End::Anywhere), &[], Effort::default());
    let whole: Vec<usize> = std::iter::once(0).chain(order).collect();
    say(&serde_json::to_string(&whole)?);
    Ok(())
}

fn problem(times: &[Vec<f64>], end: End) -> Problem {
    let visits = vec![Visit::at_any_time(0.0); times.len().saturating_sub(1)];
    Problem::new(times, &visits, end)
}

fn places(text: &str) -> Result<Vec<(f64, f64)>, Failure> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (x, y) = line.split_once(' ').ok_or("a line without two numbers")?;
            Ok((x.parse()?, y.parse()?))
        })
        .collect()
}

/// TSPLIB's `EUC_2D`: rounded to the nearest whole number.
fn distances(places: &[(f64, f64)]) -> Vec<Vec<f64>> {
    let distance = |(x, y): &(f64, f64), (u, v): &(f64, f64)| (x - u).hypot(y - v).round();
    let row = |from| places.iter().map(|to| distance(from, to)).collect();
    places.iter().map(row).collect()
}

/// Of the whole round.
fn length(times: &[Vec<f64>], order: &[usize]) -> f64 {
    let here = std::iter::once(0).chain(order.iter().copied());
    let next = order.iter().copied().chain([0]);
    here.zip(next).map(|(from, to)| times[from][to]).sum()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let done = work();
    (done, begun.elapsed())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "a length in the thousands")]
fn whole(length: i64) -> f64 {
    length as f64
}
