//! Properties of identifiers, languages, media types, typed extensions and composed messages on
//! arbitrary input.
#![cfg(all(feature = "getrandom", feature = "markdown"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use mimi_codec::cbor;
use mimi_codec::item::{Encoder, RawValue};
use mimi_codec::message::compose::{Composer, Mention, Reaction, Target};
use mimi_codec::message::{
    AvDuration, AvMedia, AvMetadata, Expiration, ExtensionKey, Extensions, ExternalMessageId,
    FractionUnit, IdScope, LanguageList, LanguageTag, LastSeen, MessageId, MimiUri, Rotation,
    SenderTimestamp, UriKind, join_languages,
};
use mimi_codec::text::{MediaType, media_parameter};
use proptest::collection::vec;
use proptest::prelude::*;

fn uri_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "(mimi|MIMI|im|Im):(//)?[a-zA-Z.%@:/?#\\[\\]0-9]{0,30}",
        "mimi://[a-zA-Z0-9.-]{1,20}(:[0-9]{0,5})?(/[udrgptx](/([a-zA-Z0-9._~!$&'()*+,;=:@-]|%[0-9a-fA-F]{2}){1,10}){1,2})?([?][a-z=&]{0,5})?(#[a-z]{0,5})?",
        "im:([a-zA-Z0-9._~!$&'()*+,;=-]|%[0-9a-fA-F]{2}){1,10}@[a-zA-Z0-9.-]{1,20}",
        any::<String>(),
    ]
}

fn message_id() -> impl Strategy<Value = MessageId> {
    any::<[u8; 32]>().prop_map(MessageId::new)
}

fn external_id() -> impl Strategy<Value = ExternalMessageId<'static>> {
    let scope = prop_oneof![
        any::<std::num::NonZeroU64>().prop_map(IdScope::Enterprise),
        any::<String>().prop_map(IdScope::domain),
        any::<String>().prop_map(IdScope::uri),
    ];
    (vec(any::<u8>(), 0..40), scope).prop_map(|(id, scope)| ExternalMessageId::new(id, scope))
}

fn timestamp() -> impl Strategy<Value = SenderTimestamp> {
    let unit = prop::sample::select(&FractionUnit::ALL[..]);
    (any::<u64>(), prop::option::of((unit, any::<u32>()))).prop_map(|(seconds, fraction)| {
        let time = SenderTimestamp::new(seconds);
        match fraction {
            Some((unit, count)) => time.with_fraction(unit, count % unit.per_second()).unwrap(),
            None => time,
        }
    })
}

fn av_metadata() -> impl Strategy<Value = AvMetadata<'static>> {
    let duration = prop_oneof![
        any::<u64>().prop_map(AvDuration::Whole),
        (f64::MIN_POSITIVE..f64::MAX).prop_map(AvDuration::Float),
    ];
    let rotation = prop::sample::select(vec![
        Rotation::None,
        Rotation::Quarter,
        Rotation::Half,
        Rotation::ThreeQuarters,
    ]);
    let numbers = (
        any::<u16>(),
        any::<u64>(),
        any::<Option<u64>>(),
        any::<Option<u64>>(),
    );
    let others = (
        prop::option::of(duration),
        any::<Option<u16>>(),
        any::<Option<String>>(),
        prop::option::of(rotation),
    );
    (numbers, others).prop_map(|((index, media, width, height), others)| {
        let mut entry = AvMetadata::new(index, AvMedia(media));
        (entry.width, entry.height) = (width, height);
        (entry.duration, entry.preview_index) = (others.0, others.1);
        (entry.accessibility_text, entry.rotation) = (others.2.map(Into::into), others.3);
        entry
    })
}

/// Any deterministic item an extension may hold.
fn raw_value() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(|n| Encoder::new().int(n).clone().finish()),
        vec(any::<u8>(), 0..40).prop_map(|b| Encoder::new().bytes(&b).clone().finish()),
        "[a-z]{0,5}".prop_map(|t| Encoder::new().text(&t).clone().finish()),
        any::<f64>().prop_map(|f| Encoder::new().float(f).clone().finish()),
        Just(vec![0xf6]),
    ];
    let array = |items: Vec<Vec<u8>>| {
        let mut out = Encoder::new().array(items.len() as u64).clone().finish();
        out.extend(items.concat());
        out
    };
    let inner = prop_oneof![
        leaf.clone(),
        vec(leaf.clone(), 0..4).prop_map(array),
        leaf.clone()
            .prop_map(|item| [vec![0xd8, 32], item].concat()),
    ];
    let map = |entries: std::collections::BTreeMap<i64, Vec<u8>>| {
        let mut sorted: Vec<_> = entries
            .into_iter()
            .map(|(key, value)| (Encoder::new().int(key).clone().finish(), value))
            .collect();
        sorted.sort();
        let mut out = Encoder::new().map(sorted.len() as u64).clone().finish();
        for (key, value) in sorted {
            out.extend(key);
            out.extend(value);
        }
        out
    };
    prop_oneof![
        leaf,
        vec(inner.clone(), 0..4).prop_map(array),
        prop::collection::btree_map(-10i64..10, inner, 0..5).prop_map(map),
    ]
}

proptest! {
    #[test]
    fn uris_keep_their_text_and_compare_normalised(text in uri_text()) {
        if let Ok(uri) = MimiUri::parse(text.as_str()) {
            prop_assert_eq!(uri.to_string(), text.clone());
            let again = uri.normalised();
            let normal = MimiUri::parse(again.as_str()).unwrap();
            prop_assert_eq!(&normal, &uri);
            prop_assert_eq!(normal.normalised(), again.clone());
            prop_assert_eq!(normal.kind(), uri.kind());
            // A name that is not UTF-8 stays encoded, in whatever case.
            if !uri.name().contains('%') {
                prop_assert_eq!(normal.name(), uri.name());
            }
            prop_assert_eq!(normal.port(), uri.port());
            prop_assert!(uri.host().eq_ignore_ascii_case(normal.host()) || text.contains('%'));
            prop_assert!(text.contains(uri.authority()) && text.ends_with(uri.suffix()));
            if let Some(user) = uri.user() {
                prop_assert_eq!(user.kind(), UriKind::User);
            }
        }
    }

    #[test]
    fn made_uris_have_the_name_they_were_made_with(name in "\\PC{1,20}") {
        if let Ok(uri) = MimiUri::new(UriKind::User, "example.com", &name) {
            prop_assert_eq!(uri.kind(), UriKind::User);
            prop_assert_eq!(uri.name(), name);
        } else {
            prop_assert!(name.split('/').any(|part| matches!(part, "." | "..")));
        }
    }

    #[test]
    fn language_lists_are_iterated_in_their_text(text in "([a-zA-Z0-9-]{0,9}[ ,]{0,2}){0,5}|\\PC{0,20}") {
        let list = LanguageList::new(&text);
        prop_assert_eq!(list.as_str(), text.as_str());
        for tag in list.tags() {
            let place = tag.offset()..tag.offset() + tag.as_str().len();
            prop_assert_eq!(text.get(place), Some(tag.as_str()));
        }
        if let Err(error) = list.check() {
            let at = error.finding().offset.unwrap();
            prop_assert!(text.is_char_boundary(at));
        } else {
            let tags: Vec<_> = list.tags().map(|tag| tag.as_str()).collect();
            let joined = join_languages(tags.iter().copied());
            prop_assert!(LanguageList::new(&joined).check().is_ok());
            for tag in list.tags() {
                let cased = tag.canonical_case();
                prop_assert_eq!(LanguageTag::parse(&cased).unwrap(), tag);
                prop_assert!(tag.matches(tag.as_str()) && tag.matches("*"));
                prop_assert_eq!(list.rank(&[tag.as_str()]).map(|rank| rank.range), Some(0));
            }
        }
    }

    #[test]
    fn media_types_keep_their_text(text in "[a-z]{1,5}/[a-z+.]{1,8}( ?;[\t ]?([a-z]{1,4}=([a-z]{0,3}|\"[ -~é]{0,6}\"))?){0,4}|\\PC{0,20}") {
        if let Ok(media) = MediaType::parse(text.as_str()) {
            prop_assert_eq!(media.as_str(), text.as_str());
            prop_assert_eq!(&media, &media.clone().into_owned());
            prop_assert!(media.covers(&media));
            let mut again = media.essence().to_owned();
            for (name, value) in media.parameters() {
                again += &media_parameter(name, value).unwrap();
            }
            let again = MediaType::parse(again).unwrap();
            prop_assert_eq!(
                again.parameters().collect::<Vec<_>>(),
                media.parameters().collect::<Vec<_>>()
            );
            prop_assert_eq!(again, media);
        }
    }

    #[test]
    fn typed_extensions_come_back(
        time in timestamp(),
        id in external_id(),
        seen in prop_oneof![
            vec(message_id(), 0..5).prop_map(LastSeen::Messages),
            vec(external_id(), 1..5).prop_map(LastSeen::External),
        ],
        entries in vec(av_metadata(), 0..4),
        subject in "\\PC{1,60}",
    ) {
        let mut extensions = Extensions::EMPTY;
        extensions.set_sender_timestamp(time).unwrap();
        extensions.set_external_message_id(&id).unwrap();
        extensions.set_last_seen(&seen).unwrap();
        extensions.set_av_metadata(&entries).unwrap();
        extensions.set_subject(&subject).unwrap();
        let read = extensions.sender_timestamp().unwrap().unwrap();
        prop_assert_eq!((read.seconds(), read.fraction()), (time.seconds(), time.fraction()));
        prop_assert_eq!(extensions.external_message_id().unwrap(), Some(id));
        prop_assert_eq!(extensions.last_seen().unwrap(), Some(seen));
        prop_assert_eq!(extensions.av_metadata().unwrap(), Some(entries));
        prop_assert_eq!(extensions.subject().unwrap(), Some(subject.as_str()));
    }

    #[test]
    fn what_an_accessor_reads_is_written_back_to_the_octet(
        key in prop::sample::select(vec![3i64, 4, 256, 0]),
        octets in raw_value(),
    ) {
        let name = match key {
            0 => ExtensionKey::from("av_metadata"),
            key => ExtensionKey::Int(key),
        };
        let mut extensions = Extensions::EMPTY;
        extensions.insert(name, RawValue::from_slice(&octets).unwrap()).unwrap();
        let mut again = Extensions::EMPTY;
        let read = match key {
            3 => extensions.sender_timestamp().map(|t| again.set_sender_timestamp(t.unwrap())),
            4 => extensions.external_message_id().map(|i| again.set_external_message_id(&i.unwrap())),
            256 => extensions.last_seen().map(|seen| again.set_last_seen(&seen.unwrap())),
            _ => extensions.av_metadata().map(|entries| again.set_av_metadata(&entries.unwrap())),
        };
        match read {
            Ok(written) => {
                written.unwrap();
                prop_assert_eq!(again, extensions);
            }
            Err(error) => {
                prop_assert_eq!(error.code(), mimi_codec::report::codes::EXTENSION_TYPE);
                prop_assert!(error.finding().path.is_some() && error.finding().expected.is_some());
            }
        }
    }

    #[test]
    fn whatever_is_composed_is_encoded_and_decoded_strictly(
        sender in "\\PC{0,30}",
        topic in vec(any::<u8>(), 0..5000),
        expires in any::<u32>(),
        relative in any::<bool>(),
        subject in "\\PC{0,2000}",
        language in "([a-z]{2,3}(-[A-Z]{2})?)?",
        chain in vec(message_id(), 1..5),
        text in any::<String>(),
        plain in any::<String>(),
    ) {
        let composer = Composer::new(sender, "mimi://example.com/r/team");
        let draft = composer.topic(topic).subject(&subject).language(language);
        let draft = if relative { draft.expires_after(expires) } else { draft.expires_at(expires) };
        let target = Target::new(chain[0]).with_ancestors(chain[1..].iter().copied());
        let (react, reply) = (draft.clone(), draft.reply_to(target));
        for message in [
            reply.clone().text(text.as_str()),
            reply.rich(text.as_str(), plain.as_str()),
            react.clone().react(chain[0], text.as_str()),
            react.react_together(chain[0], Reaction::split(&plain)),
        ].into_iter().flatten() {
            let octets = cbor::encode(&message).unwrap();
            prop_assert_eq!(&cbor::decode(&octets).unwrap(), &message);
            let time = message.expires;
            prop_assert_ne!(time, Some(Expiration::Absolute(0)));
            prop_assert_ne!(time, Some(Expiration::Relative(0)));
        }
    }

    #[test]
    fn a_reaction_is_split_into_reactions(text in any::<String>()) {
        let composer = Composer::new("im:a@b", "mimi://example.com/r/team");
        for reaction in Reaction::split(&text) {
            prop_assert!(composer.react(MessageId::new([1; 32]), reaction).is_ok());
        }
    }

    #[test]
    fn a_mention_is_one_link(text in uri_text(), label in "\\PC{0,12}|[\\[\\]()!<>&;#*_`~|^\\\\\n a-z]{0,12}") {
        use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
        if let Ok(uri) = MimiUri::parse(text.as_str()) {
            let markdown = format!("x {} y", Mention::new(&uri, &label));
            let options = Options::ENABLE_TABLES
                | Options::ENABLE_STRIKETHROUGH
                | Options::ENABLE_TASKLISTS
                | Options::ENABLE_FOOTNOTES;
            let events: Vec<_> = Parser::new_ext(&markdown, options).collect();
            let links = events.iter().filter_map(|event| match event {
                Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.to_string()),
                _ => None,
            });
            prop_assert_eq!(links.collect::<Vec<_>>(), [uri.to_string()], "{}", markdown);
            let plain = events.iter().all(|event| matches!(
                event,
                Event::Text(_)
                    | Event::Start(Tag::Paragraph | Tag::Link { .. })
                    | Event::End(TagEnd::Paragraph | TagEnd::Link)
            ));
            prop_assert!(plain, "{} {:?}", markdown, events);
        }
    }
}
