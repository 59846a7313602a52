//! HTML in one spelling, for comparing: what `testvectors/README.md` calls the same DOM. Reads the
//! HTML of writers only: every tag is ended, every value stands in double quotes. Independent of
//! the library's own reader.

/// Elements without an end.
const VOID: &[&str] = &["br", "hr", "img", "input"];

/// Elements beside which spaces do not count.
const BLOCKS: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "ul",
    "ol",
    "li",
    "pre",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "br",
];

/// What is compared of an element.
const COMPARED: &[(&str, &[&str])] = &[
    ("a", &["href", "title"]),
    ("img", &["src", "alt", "title"]),
    ("ol", &["start"]),
    ("td", &["align"]),
    ("th", &["align"]),
    ("code", &["class"]),
    ("input", &["checked"]),
];

/// Writes HTML in one spelling.
///
/// # Errors
/// What is no HTML of a writer: tags that do not match, text that is not escaped.
pub(super) fn one(html: &str) -> Result<String, String> {
    let mut writer = One {
        out: String::new(),
        open: Vec::new(),
        edge: true,
        space: false,
    };
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (text, tag) = rest.split_at(start);
        writer.data(&plain(text)?);
        let end = end_of_tag(tag).ok_or_else(|| format!("a tag does not end: {tag:.40}"))?;
        let (tag, behind) = tag.split_at(end);
        writer.tag(&tag[1..tag.len() - 1])?;
        rest = behind;
    }
    writer.data(&plain(rest)?);
    match writer.open.pop() {
        None => Ok(writer.out),
        Some(tag) => Err(format!("<{tag}> does not end")),
    }
}

/// Behind the bracket that ends a tag, past brackets in quotes.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quoted = false;
    for (at, octet) in tag.bytes().enumerate() {
        match octet {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Text without character references.
fn plain(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (name, behind) = rest[at + 1..]
            .split_once(';')
            .ok_or_else(|| format!("a bare ampersand: {rest:.40}"))?;
        let number = name
            .strip_prefix('#')
            .and_then(|number| number.parse().ok());
        out.push(match (name, number.and_then(char::from_u32)) {
            ("amp", _) => '&',
            ("lt", _) => '<',
            ("gt", _) => '>',
            ("quot", _) => '"',
            (_, Some(c)) => c,
            _ => return Err(format!("an unknown reference: &{name};")),
        });
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

struct One {
    out: String,
    open: Vec<String>,
    /// A space here would be at the edge of a block or line.
    edge: bool,
    space: bool,
}

impl One {
    fn tag(&mut self, tag: &str) -> Result<(), String> {
        match tag.strip_prefix('/') {
            Some(name) => self.end(name),
            None => self.start(tag),
        }
    }

    fn start(&mut self, tag: &str) -> Result<(), String> {
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let block = BLOCKS.contains(&name);
        if block {
            self.space = false;
        } else if self.space {
            self.text(" ");
        }
        let mut attributes = Vec::new();
        while !rest.trim_start().is_empty() {
            rest = rest.trim_start();
            let end = rest.find([' ', '=']).unwrap_or(rest.len());
            let (attribute, behind) = rest.split_at(end);
            let mut value = String::new();
            rest = behind;
            if let Some(quoted) = behind.strip_prefix("=\"") {
                let (inside, behind) = quoted.split_once('"').ok_or("an open value")?;
                value = plain(inside)?;
                rest = behind;
            } else if behind.starts_with('=') {
                return Err(format!("a value without quotes: {tag}"));
            }
            attributes.push((attribute, value));
        }
        self.out.push('<');
        self.out.push_str(name);
        let compared = COMPARED.iter().find(|(element, _)| *element == name);
        for wanted in compared.map_or(&[][..], |(_, names)| names) {
            let Some((_, value)) = attributes.iter().find(|(name, _)| name == wanted) else {
                continue;
            };
            let value = match *wanted {
                "href" | "src" => url(value),
                "class" => {
                    let is_language = |class: &&str| class.starts_with("language-");
                    let classes: Vec<&str> = value.split_whitespace().filter(is_language).collect();
                    classes.join(" ")
                }
                "start" if value == "1" => continue,
                _ => value.clone(),
            };
            if !value.is_empty() || ["href", "src", "alt", "checked"].contains(wanted) {
                self.out.push_str(&format!(" {wanted}={value:?}"));
            }
        }
        self.out.push('>');
        if !VOID.contains(&name) {
            self.open.push(name.to_owned());
        }
        if block {
            self.edge = true;
        } else if VOID.contains(&name) {
            self.edge = false;
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), String> {
        if self.open.pop().as_deref() != Some(name) {
            return Err(format!("</{name}> ends another element"));
        }
        if name == "pre" {
            // The last line end counts nowhere.
            for tail in ["\n</code>", "\n"] {
                if self.out.ends_with(tail) {
                    let at = self.out.len() - tail.len();
                    self.out.remove(at);
                    break;
                }
            }
        }
        if BLOCKS.contains(&name) {
            self.space = false;
            self.edge = true;
        } else if self.space {
            self.text(" ");
        }
        self.out.push_str(&format!("</{name}>"));
        Ok(())
    }

    fn data(&mut self, data: &str) {
        let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c');
        if self.open.iter().any(|name| name == "pre") {
            if !data.is_empty() {
                self.text(data);
            }
            return;
        }
        for piece in data.split_inclusive(blank) {
            let word = piece.trim_end_matches(blank);
            if !word.is_empty() {
                if self.space {
                    self.text(" ");
                }
                self.text(word);
            }
            if word.len() < piece.len() {
                self.space = !self.edge;
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.out
            .push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
        self.space = false;
        self.edge = false;
    }
}

/// One spelling of percent-encoding: what can stand plainly does, everything else in capitals.
fn url(target: &str) -> String {
    let octets = target.as_bytes();
    let mut out = String::new();
    let mut at = 0;
    while at < octets.len() {
        let encoded = (octets[at] == b'%')
            .then(|| target.get(at + 1..at + 3))
            .flatten()
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let octet = encoded.unwrap_or(octets[at]);
        at += if encoded.is_some() { 3 } else { 1 };
        if octet.is_ascii_alphanumeric() || b"/:?#[]@!$&'()*+,;=-._~".contains(&octet) {
            out.push(char::from(octet));
        } else {
            out.push_str(&format!("%{octet:02X}"));
        }
    }
    out
}

#[test]
fn what_is_the_same_and_what_is_not() {
    let same = [
        ("<p>a\n b</p>\n", "<p>a b</p>"),
        ("<ul>\n<li>a\n<ul>", "<ul><li>a<ul>"),
        ("<p>a<br>\nb</p>", "<p>a<br>b</p>"),
        (
            "<p><a rel=\"noopener\" href=\"https://a/%7e\">x</a></p>",
            "<p><a href=\"https://a/~\">x</a></p>",
        ),
        ("<pre><code>a\n</code></pre>", "<pre><code>a</code></pre>"),
        ("<ol start=\"1\"></ol>", "<ol></ol>"),
        ("<p>&quot;&#39;&gt;</p>", "<p>\"'></p>"),
    ];
    for (left, right) in same {
        assert_eq!(one(left), one(right), "{left}");
    }
    let others = [
        ("<p>a b</p>", "<p>ab</p>"),
        ("<p>a\u{a0}b</p>", "<p>a b</p>"),
        ("<p><b>a </b>b</p>", "<p><b>a</b> b</p>"),
        ("<p>&lt;b></p>", "<p><b></b></p>"),
        ("<li><p>a</p></li>", "<li>a</li>"),
        ("<pre>a  b</pre>", "<pre>a b</pre>"),
        ("<ol start=\"2\"></ol>", "<ol></ol>"),
    ];
    for (left, right) in others {
        assert_ne!(one(left).unwrap(), one(right).unwrap(), "{left}");
    }
    for bad in ["<p>", "<p></b>", "a & b", "<a href=x></a>", "&nosuch;"] {
        assert!(one(bad).is_err(), "{bad}");
    }
}
