//! The topics about mail: mails to messages, messages to mails, and CPIM both ways.

use std::collections::BTreeMap;

use mimi_codec::mail::{
    self, ExcessParts, ExportOptions, ImportOptions, ImportPolicy, Keys, MailError, MemoryResolver,
    Origin, Profile, cpim,
};
use mimi_codec::message::{MessageId, MimiContent, SenderTimestamp, StatusReport};
use mimi_codec::report::Finding;
use serde_json::{Value, json};

use super::{equal, hex, list, run, same_finding, same_findings, text, unhex};

#[test]
fn mail_import_topic() {
    run(
        "mail_import",
        &[("MailToMessage", |_, test| check_import(test))],
    );
}

#[test]
fn mail_export_topic() {
    run(
        "mail_export",
        &[("MessageToMail", |_, test| check_export(test))],
    );
}

#[test]
fn cpim_topic() {
    run(
        "cpim",
        &[
            ("CpimToMessage", |_, test| check_cpim(test)),
            ("MessageToCpim", |_, test| check_to_cpim(test)),
            ("CpimToReport", |_, test| check_report(test)),
            ("ReportToCpim", |_, test| check_to_report(test)),
        ],
    );
}

fn id(hex: &str) -> MessageId {
    hex.parse().unwrap()
}

/// What the reader of a case knows of other messages.
fn resolver(options: &Value) -> MemoryResolver {
    let mut known = MemoryResolver::new();
    for (external, about) in options["known"].as_object().into_iter().flatten() {
        let replaces = about["replaces"].as_str().map(id);
        let message = id(text(about, "id"));
        known.record(external, message, replaces, None);
        if let Some(sent) = about["sent"].as_u64() {
            known.record_sent(message, SenderTimestamp::from_millis(sent));
        }
    }
    for reaction in list(options, "reactions") {
        let (reacting, target) = (id(text(reaction, "id")), id(text(reaction, "target")));
        known.record_reaction(reacting, target, text(reaction, "author"));
    }
    known
}

fn octets(value: &Value) -> Vec<u8> {
    match value["text"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => unhex(text(value, "hex")),
    }
}

fn import_options<'a>(options: &'a Value, known: &'a MemoryResolver) -> ImportOptions<'a> {
    let is = |name: &str| options[name] == true;
    let mut import = ImportOptions::default();
    import.seed = Some(unhex(text(options, "seed")).into());
    import.room = options["room"].as_str().map(Into::into);
    import.resolver = Some(known);
    import.policy = match options["policy"].as_str() {
        Some("foreign-only") => ImportPolicy::ForeignOnly,
        Some("own") => ImportPolicy::Own,
        _ => ImportPolicy::OwnIfDisplayAgrees,
    };
    if let Some(most) = options["maxParts"].as_u64() {
        import.max_parts = usize::try_from(most).unwrap();
    }
    if options["excessParts"] == "opaque" {
        import.excess_parts = ExcessParts::Opaque;
    }
    import.topic_from_references = is("topicFromReferences");
    import.markdown_alternative = is("markdownAlternative");
    import.strip_quotes = is("stripQuotes");
    import.strip_signatures = is("stripSignatures");
    import
}

/// What was refused must have been, with the code of the case.
fn refused<T>(test: &Value, outcome: Result<T, MailError>) -> Result<Option<T>, String> {
    match (outcome, text(test, "result")) {
        (Ok(_), "invalid") => Err("accepted".to_owned()),
        (Err(error), "invalid") => {
            same_finding("refused", error.finding(), &list(test, "findings")[0])?;
            Ok(None)
        }
        (Err(error), _) => Err(error.to_string()),
        (Ok(value), _) => Ok(Some(value)),
    }
}

fn check_import(test: &Value) -> Result<(), String> {
    let (input, expected) = (&test["input"], &test["expected"]);
    let known = resolver(&input["options"]);
    let options = import_options(&input["options"], &known);
    let Some(read) = refused(test, mail::import(&octets(input), &options))? else {
        return Ok(());
    };
    let imported = read.value;
    let origin = match imported.origin {
        Origin::Own => "own",
        _ => "foreign",
    };
    equal("origin", &origin, &text(expected, "origin"))?;
    same_message(&imported.octets, text(expected, "hex"))?;
    equal("exact", &json!(imported.exact), &expected["exact"])?;
    let more: Vec<String> = imported.more.iter().map(encoded).collect();
    let wanted: Vec<&str> = list(expected, "more")
        .iter()
        .flat_map(Value::as_str)
        .collect();
    equal(
        "more",
        &more,
        &wanted.iter().map(ToString::to_string).collect(),
    )?;
    let cut = imported.cut.iter();
    let cut: Vec<Value> = cut
        .map(|cut| json!({"part": cut.part, "text": cut.text}))
        .collect();
    equal("cut", &cut.as_slice(), &list(expected, "cut"))?;
    same_findings("findings", &read.findings, list(test, "findings"))
}

fn encoded(message: &MimiContent<'static>) -> String {
    hex(&mimi_codec::cbor::encode(message).unwrap())
}

/// Compares messages; says in words where they differ.
fn same_message(got: &[u8], wanted: &str) -> Result<(), String> {
    if hex(got) == wanted {
        return Ok(());
    }
    let show = |octets: &[u8]| match mimi_codec::cbor::decode(octets) {
        Ok(message) => format!("{message:#?}"),
        Err(error) => error.to_string(),
    };
    let (got, wanted) = (show(got), show(&unhex(wanted)));
    let differ = |(got, wanted): &(&str, &str)| got != wanted;
    let lines = got.lines().zip(wanted.lines()).filter(differ).take(6);
    Err(lines
        .map(|(got, wanted)| format!("\n    got    {got:.200}\n    wanted {wanted:.200}"))
        .collect())
}

fn export_options<'a>(
    options: &'a Value,
    known: &'a MemoryResolver,
    parent: Option<&'a MimiContent<'a>>,
) -> ExportOptions<'a> {
    let is = |name: &str| options[name] == true;
    let mut export = ExportOptions::default();
    export.seed = Some(b"gold"[..].into());
    export.resolver = Some(known);
    export.parent = parent;
    export.profile = match options["profile"].as_str() {
        Some("mail") => Profile::Mail,
        Some("chatmail") => Profile::Chatmail,
        _ => Profile::Exact,
    };
    export.keys = match options["keys"].as_str() {
        Some("with") => Keys::With,
        Some("without") => Keys::Without,
        _ => Keys::Refuse,
    };
    export.skeleton = options["record"] != false;
    export.restore_fields = is("restoreFields");
    export.date = options["date"].as_i64();
    export.uris.sender = options["sender"].as_str().map(Into::into);
    export.uris.room = options["room"].as_str().map(Into::into);
    if let Some(domain) = options["domain"].as_str() {
        export.domain = domain.into();
    }
    export
}

/// The mail is read by another program, and compared with as much as the case states.
fn check_export(test: &Value) -> Result<(), String> {
    let (input, expected) = (&test["input"], &test["expected"]);
    let known = resolver(&input["options"]);
    let octets = unhex(text(input, "hex"));
    let message = mimi_codec::cbor::decode(&octets).map_err(|error| error.to_string())?;
    let parent = input["options"]["parent"].as_str().map(unhex);
    let parent = parent
        .as_ref()
        .map(|parent| mimi_codec::cbor::decode(parent).unwrap());
    let options = export_options(&input["options"], &known, parent.as_ref());
    let Some(written) = refused(test, mail::export(&message, &options))? else {
        return Ok(());
    };
    same_findings("findings", &written.findings, list(test, "findings"))?;
    let show = || String::from_utf8_lossy(&written.value).into_owned();
    let read = mailparse::parse_mail(&written.value).map_err(|error| error.to_string())?;
    let fields: BTreeMap<String, String> = read
        .headers
        .iter()
        .map(|field| (field.get_key(), field.get_value()))
        .collect();
    for (name, wanted) in expected["header"].as_object().into_iter().flatten() {
        let got = fields.get(name).map(String::as_str);
        if got != wanted.as_str() {
            return Err(format!("{name}: got {got:?}, wanted {wanted}\n{}", show()));
        }
    }
    if let Some(record) = expected["record"].as_str() {
        let got = fields.get("MIMI-Content").cloned().unwrap_or_default();
        let got: String = got.split_whitespace().collect();
        equal("record", &got.as_str(), &record)?;
    }
    if let Some(wanted) = expected.get("body") {
        same_part("body", &read, wanted).map_err(|error| format!("{error}\n{}", show()))?;
    }
    for wanted in list(expected, "contains") {
        if !show().contains(wanted.as_str().unwrap()) {
            return Err(format!("no {wanted} in\n{}", show()));
        }
    }
    Ok(())
}

fn same_part(what: &str, got: &mailparse::ParsedMail<'_>, wanted: &Value) -> Result<(), String> {
    equal(
        &format!("{what}: type"),
        &got.ctype.mimetype.as_str(),
        &text(wanted, "type"),
    )?;
    for (name, value) in wanted["parameters"].as_object().into_iter().flatten() {
        let got = got.ctype.params.get(name).map(String::as_str);
        equal(&format!("{what}: parameter {name}"), &got, &value.as_str())?;
    }
    let field = |name: &str| {
        let field = got
            .headers
            .iter()
            .find(|it| it.get_key_ref().eq_ignore_ascii_case(name));
        field.map(|field| field.get_value())
    };
    for (name, value) in wanted["fields"].as_object().into_iter().flatten() {
        let (got, wanted) = (field(name), value.as_str().map(str::to_owned));
        equal(&format!("{what}: {name}"), &got, &wanted)?;
    }
    if let Some(wanted) = wanted.get("content") {
        let body = got.get_body_raw().map_err(|error| error.to_string())?;
        let wanted = octets(wanted);
        let (got, wanted) = (
            String::from_utf8_lossy(&body),
            String::from_utf8_lossy(&wanted),
        );
        equal(&format!("{what}: content"), &got, &wanted)?;
    }
    if let Some(parts) = wanted["parts"].as_array() {
        equal(&format!("{what}: parts"), &got.subparts.len(), &parts.len())?;
        for (number, (got, wanted)) in got.subparts.iter().zip(parts).enumerate() {
            same_part(&format!("{what}[{number}]"), got, wanted)?;
        }
    }
    Ok(())
}

fn read_cpim(test: &Value) -> Result<Option<(cpim::Content, Vec<Finding>)>, String> {
    let input = &test["input"];
    let known = resolver(&input["options"]);
    let options = import_options(&input["options"], &known);
    let read = refused(test, cpim::read(&octets(input), &options))?;
    Ok(read.map(|read| (read.value, read.findings)))
}

fn check_cpim(test: &Value) -> Result<(), String> {
    let Some((content, findings)) = read_cpim(test)? else {
        return Ok(());
    };
    let cpim::Content::Message(received) = content else {
        return Err("a report".to_owned());
    };
    same_message(&received.octets, text(&test["expected"], "hex"))?;
    same_findings("findings", &findings, list(test, "findings"))
}

fn check_report(test: &Value) -> Result<(), String> {
    let Some((content, findings)) = read_cpim(test)? else {
        return Ok(());
    };
    let cpim::Content::Report(notification) = content else {
        return Err("a message".to_owned());
    };
    let expected = &test["expected"];
    let statuses: Vec<Value> = notification
        .report
        .statuses
        .iter()
        .map(|entry| json!({"messageId": entry.message_id.to_string(), "status": entry.status.number()}))
        .collect();
    equal(
        "statuses",
        &statuses.as_slice(),
        &list(expected, "statuses"),
    )?;
    equal("sender", &json!(notification.sender), &expected["sender"])?;
    equal(
        "recipient",
        &json!(notification.recipient),
        &expected["recipient"],
    )?;
    same_findings("findings", &findings, list(test, "findings"))
}

fn check_to_cpim(test: &Value) -> Result<(), String> {
    let input = &test["input"];
    let known = resolver(&input["options"]);
    let octets = unhex(text(input, "hex"));
    let message = mimi_codec::cbor::decode(&octets).map_err(|error| error.to_string())?;
    let options = export_options(&input["options"], &known, None);
    written(test, cpim::write(&message, &options))
}

fn check_to_report(test: &Value) -> Result<(), String> {
    let input = &test["input"];
    let known = resolver(&input["options"]);
    let report: StatusReport = list(input, "statuses")
        .iter()
        .map(|entry| {
            let status = u8::try_from(entry["status"].as_u64().unwrap()).unwrap();
            (
                id(text(entry, "messageId")),
                mimi_codec::message::MessageStatus(status),
            )
        })
        .collect();
    let options = export_options(&input["options"], &known, None);
    written(test, cpim::write_report(&report, &options))
}

/// Text character for character, but for boundaries and identifiers that are nobody's business:
/// `@@` stands for 32 hex digits.
fn written(
    test: &Value,
    outcome: Result<mimi_codec::report::Converted<Vec<u8>>, MailError>,
) -> Result<(), String> {
    let Some(written) = refused(test, outcome)? else {
        return Ok(());
    };
    same_findings("findings", &written.findings, list(test, "findings"))?;
    let got = String::from_utf8(written.value).map_err(|error| error.to_string())?;
    let mut rest = got.as_str();
    for (number, piece) in text(&test["expected"], "text").split("@@").enumerate() {
        if number > 0 {
            let token = rest
                .get(..32)
                .filter(|it| it.bytes().all(|b| b.is_ascii_hexdigit()));
            token.ok_or_else(|| format!("no token at {rest:?}"))?;
            rest = &rest[32..];
        }
        rest = rest
            .strip_prefix(piece)
            .ok_or_else(|| format!("wanted {piece:?} at {rest:?}"))?;
    }
    equal("the rest", &rest, &"")
}
