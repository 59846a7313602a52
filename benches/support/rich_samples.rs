//! Rich text as messengers and mail programs send it: short messages of about 100 octets, and
//! megabytes of many different ones. Numbers and words change from one to the next, so that no
//! contestant profits from repetition.

use std::fmt::Write;

/// Something to convert.
pub struct Text {
    pub name: &'static str,
    /// Converted one by one; what is timed is all of them.
    pub pieces: Vec<String>,
}

impl Text {
    pub fn octets(&self) -> usize {
        self.pieces.iter().map(String::len).sum()
    }
}

/// What a person writes, as Markdown. `№` is replaced by a number, `§` by a word.
const MARKDOWN: [&str; 16] = [
    "See you at №:30, I will bring the § and two chairs. Should I also call the others before we go there?",
    "**Note:** the § is *not* ready yet, please do not merge before № o'clock. Thanks to everyone who helped!",
    "[Alice](mimi://example.com/u/alice) can you check <https://§.example/issue/№>? It looks *broken* since today",
    "Run `cargo test --§ №` first, then `git push`, and tell me **what it prints**; here it fails sometimes :-(",
    "- milk, № litres\n- bread and §\n- [x] the *blue* paint\n- [ ] a cake for [Bob](mimi://example.com/u/bob)\n",
    "> Who has the key to room №?\n\nI have it, but I am at the § until noon. Ask **Carol** or look under the mat",
    "👍 great, № of us will come! The § is booked & paid ~~(maybe)~~ for sure, see https://§.example/map?a=№&b=2",
    "Let's say 2 * № = x_1 and a_b < c; the § costs 5 $ (or 4 €) \\* per head, so about №0 in total I guess",
    "1. open the §\n2. turn it by № degrees\n3. close it *gently*\n4. wait for the **green** light, then call me\n",
    "```rust\nfn §() -> u32 {\n    № << 2 // why?\n}\n```\nThis one compiles, but I do not know what it is for :)\n",
    "Die Größe von § beträgt № Änderungen – schön wäre mehr. Überprüfst du das bitte **heute** noch? Danke dir!",
    "I said \"maybe\", not _yes_. And § said **no** № times. So the answer is ***still open***, sorry about that.",
    "| what | how many |\n| --- | ---: |\n| § | № |\n| *chairs* | 2№ |\n| tables, `round` ones | 1 |\n| sum | **4№** |\n",
    "Photo of the § from yesterday: ![the §](cid:image№@local.invalid) and here is [the album](https://§.example/№)",
    "ok, № it is. Nobody wants the § anyway, and I would rather stay at home and read a book this whole evening",
    "明日は№時に§で会いましょう。**必ず**来てくださいね。よろしくお願いします",
];

/// The same kinds as HTML, as Matrix clients send it.
const MATRIX: [&str; 16] = [
    "See you at №:30, I will bring the § and two chairs. Should I also call the others before we go there?",
    "<strong>Note:</strong> the § is <em>not</em> ready yet, please do not merge before № o'clock. Thank you all!",
    "<a href=\"https://matrix.to/#/@alice:example.com\">Alice</a>: can you check https://§.example/issue/№ again?",
    "Run <code>cargo test --§ №</code> first, then <code>git push</code>, and tell me <strong>what it prints</strong>",
    "<ul><li>milk, № litres</li><li>bread and §</li><li>the <em>blue</em> paint</li><li>a cake for Bob</li></ul>",
    "<blockquote><p>Who has the key to room №?</p></blockquote><p>I have it, but I am at the § until noon.</p>",
    "👍 great, № of us will come! The § is booked &amp; paid <del>(maybe)</del> for sure, see you all there",
    "Let's say 2 * № = x_1 and a_b &lt; c; the § costs 5 $ (or 4 €) * per head, so about №0 in total I guess",
    "<ol><li>open the §</li><li>turn it by № degrees</li><li>close it <em>gently</em></li><li>wait a bit</li></ol>",
    "<pre><code class=\"language-rust\">fn §() -&gt; u32 {\n    № &lt;&lt; 2 // why?\n}\n</code></pre><p>This works</p>",
    "Die Größe von § beträgt № Änderungen – schön wäre mehr.<br>Überprüfst du das bitte <b>heute</b> noch? Danke!",
    "<p>I said \"maybe\", not <i>yes</i>. And § said <b>no</b> № times.</p><p>It is <b><i>still open</i></b>, sorry.</p>",
    "<table><tr><th>what</th><th>many</th></tr><tr><td>§</td><td>№</td></tr><tr><td>chairs</td><td>2№</td></tr></table>",
    "Photo of the §: <img src=\"mxc://example.com/a№\" alt=\"the §\"> and <a href=\"https://§.example/№\">the album</a>",
    "<p>ok, № it is.<br />Nobody wants the § anyway, and I would <u>rather</u> stay at home and read a book</p>",
    "明日は№時に§で会いましょう。<strong>必ず</strong>来てくださいね。よろしくお願いします",
];

/// Mails as Gmail, Outlook, Apple Mail and newsletters write them.
const MAILS: [&str; 4] = [
    "<div dir=\"ltr\"><div>Hi §,</div><div><br></div><div>thanks for the № pages. I have read <b>all</b> of them, and \
     I only have one question: why does the second chapter end before the § comes in? It reads as if something \
     was cut.</div><div><ul><li>page №: &quot;teh&quot;</li><li>page 3№: the <i>title</i> is missing</li></ul></div>\
     <div>Best,<br>Carol</div></div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Mon, № Nov \
     2026 at 10:№, Dave &lt;<a href=\"mailto:dave@example.com\">dave@example.com</a>&gt; wrote:<br></div><blockquote \
     class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex\">\
     <div dir=\"ltr\">Here is the new draft. Please look at the § first, the rest can wait until the №th.</div>\
     </blockquote></div>\n",
    "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><meta http-equiv=\"Content-Type\" content=\"text/html; \
     charset=utf-8\"><style><!-- p.MsoNormal { margin:0cm; font-size:11.0pt; } a:link { color:#0563C1; } --></style>\
     </head><body lang=\"EN-GB\" link=\"#0563C1\" style=\"word-wrap:break-word\"><div class=\"WordSection1\"><p \
     class=\"MsoNormal\"><span style=\"font-size:11.0pt;font-family:&quot;Calibri&quot;,sans-serif\">Dear all,<o:p></o:p></span></p>\
     <p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p><p class=\"MsoNormal\"><span lang=\"EN-US\">please find attached the <b>minutes</b> \
     of meeting №, and the list of § for the next one. Comments until <span style=\"color:red\">Friday</span>, please.\
     <o:p></o:p></span></p><p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p><p class=\"MsoNormal\">Kind regards<o:p></o:p></p>\
     <div><div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><p class=\"MsoNormal\"><b>From:</b> \
     § &lt;§@example.com&gt; <br><b>Sent:</b> № November 2026<br><b>Subject:</b> Re: the §<o:p></o:p></p></div></div></div></body></html>\n",
    "<html><head><meta charset=\"utf-8\"></head><body style=\"overflow-wrap: break-word; -webkit-nbsp-mode: space;\">Hello,<div><br></div>\
     <div>the train leaves at №:12 from platform №. We meet under the clock, as always. If you miss it, call me: \
     <a href=\"tel:+4930123№\">030 123 №</a>.</div><div><br><blockquote type=\"cite\"><div>On № Nov 2026, at 09:№, Bob \
     wrote:</div><br class=\"Apple-interchange-newline\"><div><div>When do we go to the §?</div></div></blockquote></div><br></body></html>\n",
    "<table width=\"600\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" align=\"center\" role=\"presentation\"><tbody><tr><td \
     style=\"padding:20px;background-color:#f4f4f4\"><h1 style=\"font:24px Arial\">The § newsletter, issue №</h1><p>This \
     month: <strong>№0 new §s</strong>, an interview, and a riddle. <a href=\"https://§.example/read?issue=№&amp;utm_source=mail\">\
     Read it in the browser</a>.</p><table width=\"100%\"><tr><td><img src=\"https://§.example/№.gif\" width=\"1\" height=\"1\" alt=\"\">\
     <h2>What is new</h2><p>The § was repaired after № days; the bill is <em>still</em> being argued about. \
     <a href=\"https://§.example/more/№\">More&nbsp;&raquo;</a></p></td></tr></table><p style=\"font-size:10px;color:#999\">You get this \
     because you like §. <a href=\"https://§.example/leave?id=№\">Leave</a></p></td></tr></tbody></table>\n",
];

const WORDS: [&str; 11] = [
    "ladder", "boat", "piano", "tent", "garden", "compiler", "lamp", "bicycle", "parser", "kettle",
    "map",
];

/// One text from its template. The words in it follow from the number.
fn filled(template: &str, number: usize) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut word = number;
    for c in template.chars() {
        match c {
            '№' => write!(out, "{}", number % 97 + 2).expect("a string takes all"),
            '§' => {
                out.push_str(WORDS[word % WORDS.len()]);
                word += 3;
            }
            _ => out.push(c),
        }
    }
    out
}

fn short(name: &'static str, templates: &[&str]) -> Text {
    let pieces = templates.iter().zip(1..).map(|(t, n)| filled(t, n));
    Text {
        name,
        pieces: pieces.collect(),
    }
}

/// The templates by turns, up to a million octets.
fn long(name: &'static str, templates: &[&str], between: &str) -> Text {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < 1_000_000 {
        // Another order each time round.
        let template = templates[(number + number / templates.len()) % templates.len()];
        text.push_str(&filled(template, number));
        text.push_str(between);
        number += 1;
    }
    Text {
        name,
        pieces: vec![text],
    }
}

/// Markdown: messages one by one, and a megabyte of them.
pub fn markdown() -> Vec<Text> {
    vec![
        short("chat, 100 B", &MARKDOWN),
        long("chat, 1 MB", &MARKDOWN, "\n\n"),
    ]
}

/// HTML: messages one by one, a megabyte of them, a megabyte of mails, and of both.
pub fn html() -> Vec<Text> {
    let mut both = MATRIX.to_vec();
    for (at, mail) in MAILS.iter().enumerate() {
        both.insert(at * 5, mail);
    }
    vec![
        short("chat, 100 B", &MATRIX),
        long("chat, 1 MB", &MATRIX, "<br>\n"),
        long("mail, 1 MB", &MAILS, "<hr>\n"),
        long("both, 1 MB", &both, "\n"),
    ]
}
