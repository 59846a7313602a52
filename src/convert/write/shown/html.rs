//! What a message shows, as HTML. Text that came as HTML stays HTML, cleaned; everything else is
//! written by the room `rich`.

use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

use super::files::{Holds, unwritten};
use super::{Written, placed, view};
use crate::cbor::Received;
use crate::convert::ConvertOptions;
use crate::message::MimiContent;
use crate::report::{Code, Converted, Finding, codes};
use crate::rich::html::{HtmlPolicy, HtmlWriteOptions, SoftBreaks, write};
use crate::rich::{Block as RichBlock, Document, Inline};
use crate::view::{Block, HtmlOptions, Remote, View, ViewPolicy, page};

/// What Markdown lacks and cleaned HTML keeps: findings about reading HTML that say nothing where it
/// stays HTML, by what they found.
const KEPT: &[(Code, &[&str])] = &[
    (codes::MARK_DROPPED, &["u", "sub", "sup"]),
    (
        codes::BLOCK_REDUCED,
        &[
            "details",
            "summary",
            "caption",
            "blockquote",
            "ul",
            "ol",
            "pre",
            "table",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
        ],
    ),
    // A table that arranges blocks, and cells that reach over others.
    (codes::TABLE_REDUCED, &["", "colspan", "rowspan"]),
];

pub(in crate::convert::write) fn html(
    received: &Received<'_>,
    options: &ConvertOptions<'_>,
) -> Written {
    let message = received.content();
    let remote = match options.rich.remote_images {
        true => Remote::Allowed,
        false => Remote::OnRequest,
    };
    // HTML says as much as Markdown or more, and it need not be turned into anything.
    let policy = ViewPolicy::default()
        .remote(remote)
        .support("text/markdown;variant=GFM-MIMI", 0.97)
        .support("text/html", 1.0);
    let Converted {
        value: mut view,
        mut findings,
    } = view(message, &policy);
    findings.retain(|finding| !is_kept(finding));
    let policy = HtmlPolicy::messenger().with_remote_images(options.rich.remote_images);
    prepare(&mut view, &policy, options);
    let html = view.to_html(&HtmlOptions::default());
    findings.extend(refused(&view, message, &policy));
    findings.extend(unwritten(&view, message, Holds::Images));
    // Where a target was refused is known; only images without a part are news.
    let news = |finding: &Finding| finding.code == codes::IMAGE_UNRESOLVED;
    findings.extend(html.findings.into_iter().filter(news));
    let html = match options.standalone {
        false => html.value,
        true => {
            let title = match message.extensions.subject() {
                Ok(Some(subject)) => subject,
                _ => "Message",
            };
            page(title, first_language(&view), &html.value)
        }
    };
    Ok(Converted::new(html.into_bytes(), findings))
}

fn first_language<'v>(view: &'v View<'_>) -> &'v str {
    let language = view.blocks.first().map_or("", |block| &block.language);
    language.split(',').next().unwrap_or_default().trim()
}

fn is_kept(finding: &Finding) -> bool {
    let found = finding.found.as_deref().unwrap_or_default();
    KEPT.iter()
        .any(|(code, things)| *code == finding.code && things.contains(&found))
}

/// Does to the texts of a view what was asked for.
fn prepare(view: &mut View<'_>, policy: &HtmlPolicy, options: &ConvertOptions<'_>) {
    for block in &mut view.blocks {
        match &mut block.block {
            Block::Message(inner) => prepare(inner, policy, options),
            Block::RichText { document, images } => {
                if options.rich.soft_breaks == SoftBreaks::Break {
                    break_lines(document);
                }
                if options.rich.second_pass {
                    // What is HTML already is cleaned by `ammonia`.
                    let annotated = HtmlWriteOptions::default()
                        .policy(policy)
                        .annotate_links(true);
                    block.block = Block::Html {
                        source: Cow::Owned(write(document, &annotated).value),
                        images: core::mem::take(images),
                        document: core::mem::take(document),
                    };
                }
            }
            _ => {}
        }
    }
}

/// Makes every line end one that is shown.
fn break_lines(document: &mut Document) {
    let mut blocks: Vec<&mut RichBlock> = document.blocks.iter_mut().collect();
    let mut inlines: Vec<&mut Vec<Inline>> = Vec::new();
    while let Some(block) = blocks.pop() {
        match block {
            RichBlock::Paragraph(content) | RichBlock::Heading { content, .. } => {
                inlines.push(content);
            }
            RichBlock::Quote(inner) => blocks.extend(inner),
            RichBlock::List(list) => {
                blocks.extend(list.items.iter_mut().flat_map(|item| &mut item.blocks));
            }
            // A cell is one line; code shows its lines anyway.
            RichBlock::Table(_) | RichBlock::Code { .. } | RichBlock::Rule => {}
        }
    }
    while let Some(content) = inlines.pop() {
        for inline in content {
            match inline {
                Inline::SoftBreak => *inline = Inline::HardBreak,
                _ => inlines.extend(inline.children_mut()),
            }
        }
    }
}

/// The links and images that the policy refuses, with the parts they stand in.
fn refused(view: &View<'_>, message: &MimiContent<'_>, policy: &HtmlPolicy) -> Vec<Finding> {
    let mut findings = Vec::new();
    for block in &view.blocks {
        let found = refused_in(&block.block, policy);
        findings.extend(placed(message, block.index, found));
    }
    findings
}

fn refused_in(block: &Block<'_>, policy: &HtmlPolicy) -> Vec<Finding> {
    match block {
        Block::RichText { document, .. } | Block::Html { document, .. } => {
            refused_targets(document, policy)
        }
        Block::Message(inner) => inner
            .blocks
            .iter()
            .flat_map(|block| refused_in(&block.block, policy))
            .collect(),
        _ => Vec::new(),
    }
}

fn refused_targets(document: &Document, policy: &HtmlPolicy) -> Vec<Finding> {
    let mut found = Vec::new();
    document.for_each_inline(|inline| {
        let (code, target) = match inline {
            Inline::Link { target, .. } if !policy.allows_link(target) => {
                (codes::LINK_TARGET_REFUSED, target)
            }
            Inline::Image { target, .. } if !policy.allows_image(target) => {
                (codes::IMAGE_TARGET_REFUSED, target)
            }
            _ => return,
        };
        found.push(Finding::new(code).found(String::clone(target)));
    });
    found
}
