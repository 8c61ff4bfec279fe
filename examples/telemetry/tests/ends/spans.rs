//! Which spans arrive.

use std::process::Command;

use atexit_test_support::{End, Failed, Trial, after_each_end, child, end, same, shown_in};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;

use crate::collector::Collector;

/// What it prints once all spans have ended.
const READY: &str = "100 orders are processed.\n";

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = after_each_end("all_spans_arrive", all_spans_arrive);
    trials.push(Trial::test("a_collector_that_cannot_be_reached_is_reported", is_reported));
    trials
}

fn all_spans_arrive(how: End) -> Result<(), Failed> {
    let collector = Collector::start()?;
    let left = end(program(&collector.endpoint()), READY, how)?;
    same("standard output", left.stdout, &format!("{READY}The shop is closed.\n"))?;

    let orders = (1..=100).map(|number| format!("order {number}"));
    let expected: Vec<String> = orders.chain(["closing".to_owned()]).collect();
    let arrived: Vec<String> = collector.batches().iter().flat_map(spans).map(describe).collect();
    same("the spans that have arrived", arrived.join("\n"), &expected.join("\n"))
}

fn spans(batch: &ExportTraceServiceRequest) -> impl Iterator<Item = &Span> {
    let scopes = batch.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
    scopes.flat_map(|scope| &scope.spans)
}

/// Its name, and the numbers in its attributes.
fn describe(span: &Span) -> String {
    let values = span.attributes.iter().filter_map(|attribute| attribute.value.as_ref()?.value.as_ref());
    let numbers = values.filter_map(|value| if let Value::IntValue(number) = value { Some(number) } else { None });
    numbers.fold(span.name.clone(), |description, number| format!("{description} {number}"))
}

fn is_reported() -> Result<(), Failed> {
    let left = end(program("http://127.0.0.1:1"), READY, End::Return)?;
    same("standard error", left.stderr, &shown_in("examples/telemetry/README.md", "telemetry::send_the_rest")?)
}

/// The program, which sends its spans there.
fn program(endpoint: &str) -> Command {
    let mut command = child(env!("CARGO_BIN_EXE_telemetry").as_ref());
    command.envs([
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        // In milliseconds: the time for the next batch never comes, on however busy a machine.
        ("OTEL_BSP_SCHEDULE_DELAY", "600000"),
        // A proxy that the environment names has no part in this.
        ("NO_PROXY", "127.0.0.1"),
    ]);
    command
}
