//! What a program prints, names or is written in is text, and never markup.

use serde_json::Value;

/// A text between two tags.
pub(super) fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // A bare one would become a line feed.
            '\r' => safe.push_str("&#13;"),
            // A document may not have it, and a browser would show nothing.
            '\0' => safe.push('\u{fffd}'),
            _ => safe.push(letter),
        }
    }
    safe
}

/// A text between two single quotes.
pub(super) fn attribute(text: &str) -> String {
    self::text(text).replace('\'', "&#39;")
}

/// A value in a `<script type="application/json">`, which no `</script>` in it can end.
pub(super) fn script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_text_is_markup() {
        assert_eq!(text("<b>&amp;</b>\r\n\0"), "&lt;b&gt;&amp;amp;&lt;/b&gt;&#13;\n\u{fffd}");
        assert_eq!(attribute(r#"{"it's": "<"}"#), r#"{"it&#39;s": "&lt;"}"#);
    }

    #[test]
    fn no_text_ends_a_script() {
        let value = json!({"text": "</script><!--<script>"});
        let script = script(&value);
        assert!(!script.contains('<'));
        assert_eq!(serde_json::from_str::<Value>(&script).unwrap(), value);
    }
}
