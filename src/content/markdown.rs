//! Markdown (`CommonMark`) to HTML that is safe in a page and in a mail: no raw HTML, no scripts, links to the
//! web and to mailboxes only, no pictures from elsewhere. Internal notes, the HTML comments, never get out.

use std::sync::LazyLock;

use ammonia::Builder;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::domain::change::without_notes;

/// What a page may hold of one text: Markdown can grow tenfold on its way to HTML.
const HTML_BYTES: usize = 512 * 1024;

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(ammonia::UrlRelative::Deny)
        .rm_tags([
            "img",
            "map",
            "area",
            "center",
            "bdo",
            "bdi",
            "article",
            "aside",
            "figure",
            "figcaption",
            "header",
            "footer",
            "nav",
            "hgroup",
        ])
        .link_rel(Some("noopener noreferrer nofollow"));
    cleaner
});

/// The text as safe HTML.
pub fn to_html(text: &str) -> String {
    let text = without_notes(text);
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let events = Parser::new_ext(&text, options).filter_map(tamed);
    let mut html = String::with_capacity(text.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, events);
    if html.len() > HTML_BYTES {
        return format!("<pre>{}</pre>", ammonia::clean_text(&text));
    }
    CLEANER.clean(&html).to_string()
}

/// The text as it is quoted in plain mail: without internal notes.
pub fn to_plain(text: &str) -> String {
    without_notes(text).replace("\\<!--", "<!--").trim().to_owned()
}

/// What a text may do: raw HTML is shown as it was typed, pictures become their words, headings do not
/// compete with the page's own, a line break in the text is one on the page.
fn tamed(event: Event<'_>) -> Option<Event<'_>> {
    Some(match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => return None,
        Event::Start(Tag::Heading { id, classes, attrs, .. }) => {
            Event::Start(Tag::Heading { level: HeadingLevel::H3, id, classes, attrs })
        }
        Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(HeadingLevel::H3)),
        Event::SoftBreak => Event::HardBreak,
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_inert() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](&#106;avascript:alert(1))",
            "<javascript:alert(1)>",
            "[x](data:text/html,x)",
            "[x](vbscript:x)",
            "[x](file:///etc/passwd)",
            "![x](http://evil/x.png)",
            "<svg><animate href=javascript:x>",
            "[x](//evil.example)",
        ] {
            let html = to_html(text);
            for bad in
                ["<script", "<img", "<svg", "href=\"java", "href=\"data", "href=\"vb", "href=\"file", "href=\"//"]
            {
                assert!(!html.to_lowercase().contains(bad), "{text} → {html}");
            }
        }
    }

    #[test]
    fn notes_never_get_out() {
        for text in ["a <!-- secret --> b", "a\n\n<!-- secret\n\nx -->\n\nb", "`<!-- secret -->`", "a <!-- secret"] {
            assert!(!to_html(text).contains("secret"), "{text}");
            assert!(!to_plain(text).contains("secret"), "{text}");
        }
        assert!(to_html("a \\<!-- b").contains("&lt;!-- b"));
    }

    #[test]
    fn ordinary_text_is_ordinary_html() {
        assert_eq!(to_html("Bonjour,\n**vite** !"), "<p>Bonjour,<br>\n<strong>vite</strong> !</p>\n");
    }
}
