//! Logs and metrics.

use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// Bounds in seconds: from a cached page to a stuck request.
const LATENCY_BUCKETS_S: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// Samples are sorted into their histograms this often, whether or not anybody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts the log. The first start in a process holds; tests start many servers.
pub fn start_log(config: &Config) {
    let filter = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let _only_the_first_counts = match config.log_format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Text => builder.try_init(),
    };
}

/// Collects metrics of this process for `/metrics`.
pub fn start_metrics() -> Result<PrometheusHandle, BuildError> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &LATENCY_BUCKETS_S)?
        .build_recorder();
    let handle = recorder.handle();
    // In tests a second server shares the first one's figures.
    let _first = metrics::set_global_recorder(recorder);
    Ok(handle)
}

/// Keeps what waits to be counted small, until it is aborted.
pub async fn keep_up(metrics: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
    }
}
