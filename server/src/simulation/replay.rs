//! Drives a courier along a recorded GPX trace.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use porchlight_backend::Clock;
use porchlight_backend::tracking::Ingested;
use porchlight_domain::fix::ReportedFix;
use porchlight_domain::geo::Position;
use porchlight_domain::time::Timestamp;
use tokio::time::{Instant, sleep_until};

use super::api::{Api, ApiError};
use super::courier::Fixes;

/// Seconds between two points of a trace that has no times.
const UNTIMED_STEP_S: f64 = 1.0;

/// Why a trace can't be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The file can't be opened.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// It is no GPX.
    #[error("this is not a GPX file: {0}")]
    Gpx(#[from] gpx::errors::GpxError),
    /// There are no points in it.
    #[error("there are no track points in this file")]
    Empty,
    /// The server.
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// A point of a trace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TracePoint {
    /// Seconds since the first point.
    pub at_s: f64,
    /// Where.
    pub position: Position,
}

/// Reads the track points of a GPX file in order.
pub fn read(path: &Path) -> Result<Vec<TracePoint>, ReplayError> {
    let file = File::open(path).map_err(|error| ReplayError::File {
        path: path.display().to_string(),
        error,
    })?;
    let gpx = gpx::read(BufReader::new(file))?;
    let points = gpx
        .tracks
        .iter()
        .flat_map(|track| &track.segments)
        .flat_map(|segment| &segment.points);
    let mut trace: Vec<TracePoint> = Vec::new();
    let mut began: Option<Timestamp> = None;
    for (index, waypoint) in points.enumerate() {
        let Ok(position) = Position::new(waypoint.point().y(), waypoint.point().x()) else {
            continue;
        };
        let time: Option<Timestamp> = waypoint
            .time
            .and_then(|time| time.format().ok())
            .and_then(|text| text.parse().ok());
        #[expect(
            clippy::cast_precision_loss,
            reason = "a trace has far fewer than 2^53 points"
        )]
        let at_s = match time {
            Some(time) => time.seconds_since(*began.get_or_insert(time)),
            None => index as f64 * UNTIMED_STEP_S,
        };
        trace.push(TracePoint { at_s, position });
    }
    if trace.is_empty() {
        return Err(ReplayError::Empty);
    }
    Ok(trace)
}

/// Reports every point at its time, `times` as fast as it was recorded.
pub async fn replay(api: &Api, trace: &[TracePoint], times: f64) -> Result<u32, ReplayError> {
    let began = Instant::now();
    let mut accepted = 0;
    for (index, point) in trace.iter().enumerate() {
        sleep_until(began + Duration::from_secs_f64(point.at_s.max(0.0) / times)).await;
        let fix = fix_of(point, trace.get(index + 1), times, Clock::System.now());
        let taken: Ingested = api
            .post("/api/v1/courier/fixes", &Fixes { fixes: vec![fix] })
            .await?;
        accepted += taken.accepted;
    }
    Ok(accepted)
}

fn fix_of(
    point: &TracePoint,
    next: Option<&TracePoint>,
    times: f64,
    now: Timestamp,
) -> ReportedFix {
    let step = next.map(|next| {
        let metres = point.position.distance_m(next.position);
        let seconds = ((next.at_s - point.at_s) / times).max(0.1);
        (metres / seconds, point.position.bearing_deg(next.position))
    });
    ReportedFix {
        lat: point.position.lat(),
        lon: point.position.lon(),
        accuracy_m: 8.0,
        speed_mps: step.map(|(speed, _)| speed.min(60.0)),
        heading_deg: step.map(|(_, heading)| heading),
        time: now,
        seq: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(text.as_bytes()).expect("written");
        file
    }

    #[test]
    fn reads_points_with_their_times() {
        let gpx = file(
            r#"<?xml version="1.0"?><gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1">
            <trk><trkseg>
            <trkpt lat="60.17" lon="24.94"><time>2026-11-20T12:00:00Z</time></trkpt>
            <trkpt lat="60.18" lon="24.94"><time>2026-11-20T12:00:30Z</time></trkpt>
            </trkseg></trk></gpx>"#,
        );
        let trace = read(gpx.path()).expect("a trace");
        assert_eq!(trace.len(), 2);
        assert!((trace[1].at_s - 30.0).abs() < 1e-9);
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        let missing = read(Path::new("missing.gpx"))
            .expect_err("refused")
            .to_string();
        assert!(missing.contains("missing.gpx"), "{missing}");
        assert!(matches!(
            read(file("not xml").path()),
            Err(ReplayError::Gpx(_))
        ));
        let empty = r#"<?xml version="1.0"?><gpx version="1.1" creator="t"></gpx>"#;
        assert!(matches!(read(file(empty).path()), Err(ReplayError::Empty)));
    }
}
