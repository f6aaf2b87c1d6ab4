//! A table as spreadsheets save it: `;`, `,` or tabs between the cells, in UTF-8 or UTF-16 as a mark says, or Windows-1252.
//! Knows the cells and their lines, not what they mean.

use encoding_rs::{Encoding, WINDOWS_1252};

/// One row that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line in the file, from 1.
    pub line: u64,
    /// Trimmed.
    pub cells: Vec<String>,
}

/// The rows of a file.
///
/// # Errors
/// A quoted cell does not end.
pub fn rows(bytes: &[u8]) -> Result<Vec<Row>, csv::Error> {
    let text = match (Encoding::for_bom(bytes), std::str::from_utf8(bytes)) {
        (Some((encoding, mark)), _) => encoding.decode_without_bom_handling(&bytes[mark..]).0,
        (None, Ok(text)) => text.into(),
        (None, Err(_)) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    // The reader counts a line for each line feed that it has passed, and stops before that of a CRLF.
    let text = text.replace("\r\n", "\n");
    let first = text.lines().next().unwrap_or_default();
    // The last of equals wins: where nothing separates, a comma would.
    let separator =
        *b"\t,;".iter().max_by_key(|mark| first.bytes().filter(|byte| byte == *mark).count()).unwrap_or(&b';');
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row { line, cells });
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_save_is_read() {
        let row = |line, cells: [&str; 2]| Row { line, cells: cells.map(str::to_owned).to_vec() };
        let utf16: Vec<u8> =
            "\u{feff}Nom\tGroupe\r\nSalle d’étude\tSalles\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [
            &utf16,
            "\u{feff}Nom;Groupe\r\nSalle d’étude; Salles \r\n;\r\n".as_bytes(),
            b"Nom;Groupe\r\nSalle d\x92\xe9tude;Salles\r\n",
            "Nom\tGroupe\nSalle d’étude\tSalles".as_bytes(),
            "Nom,Groupe\n\"Salle d’étude\",Salles\n".as_bytes(),
        ] {
            assert_eq!(rows(bytes).unwrap(), [row(1, ["Nom", "Groupe"]), row(2, ["Salle d’étude", "Salles"])]);
        }
        assert_eq!(rows(b"Salle A\nSalle B\n").unwrap()[1].cells, ["Salle B"]);
        assert!(rows(b"").unwrap().is_empty());
    }
}
