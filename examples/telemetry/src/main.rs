//! A program whose last spans arrive at the collector, however it ends.
//!
//! For those who search for "missing spans" and "last traces lost": the OpenTelemetry SDK sends spans in batches, when
//! there are 512 of them or five seconds have passed. The provider sends the rest when it is shut down, and as a global
//! it is never dropped, so somebody has to do that.
//!
//! `cargo run -p telemetry` sends to a collector on this machine, or to the one that `OTEL_EXPORTER_OTLP_ENDPOINT`
//! names.

use std::error::Error;
use std::sync::OnceLock;

use atexit::atexit;
use opentelemetry::trace::{FutureExt, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::SdkTracerProvider;

/// Less than a batch, so that their spans wait to be sent when the program ends.
const ORDERS: i64 = 100;

/// Empty until `main` has started the telemetry.
static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

fn main() -> Result<(), Box<dyn Error>> {
    atexit::install()?;
    start_telemetry()?;

    for number in 1..=ORDERS {
        process_order(number);
    }
    println!("{ORDERS} orders are processed.");
    // Your program's work stands here. This ends as a test tells it to, or waits for a signal.
    for_tests::end_as_told(for_tests::wait_for_a_signal)
}

fn process_order(number: i64) {
    global::tracer("shop").in_span("order", |context| {
        context.span().set_attribute(KeyValue::new("number", number));
    });
}

/// Its future runs on a thread of its own: in the thread that exits, what OpenTelemetry keeps in thread-locals is gone
/// by now, so that starting a span panics.
#[atexit(block_on = pollster::block_on)]
async fn close_shop() {
    let closing = Context::current_with_span(global::tracer("shop").start("closing"));
    // What stands here may await, and is part of that span.
    async { println!("The shop is closed.") }.with_context(closing).await;
}

fn start_telemetry() -> Result<(), Box<dyn Error>> {
    let exporter = SpanExporter::builder().with_http().build()?;
    let resource = Resource::builder().with_service_name("shop").build();
    let provider = SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
    global::set_tracer_provider(PROVIDER.get_or_init(|| provider).clone());
    Ok(())
}

/// Sends all spans that have ended and waits until the collector has them. If it can't be reached, or takes longer than
/// five seconds, that is reported on standard error.
///
/// By its priority it runs after all other handlers, so that their spans arrive, too.
#[atexit(args(PROVIDER.get()?), priority = i32::MIN)]
fn send_the_rest(provider: &SdkTracerProvider) -> OTelSdkResult {
    // Shutting down sends them, too, but doesn't say whether that succeeded.
    provider.force_flush()?;
    provider.shutdown()
}
