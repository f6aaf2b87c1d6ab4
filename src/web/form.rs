//! A posted form: fields and at most one picture, from `application/x-www-form-urlencoded` or
//! `multipart/form-data` (RFC 7578), each field once, all of it UTF-8.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;

use axum::body::Body;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use hyper::body::Body as _;

/// A form without a picture: the longest text that is accepted, percent-encoded.
const TEXT_BYTES: usize = 256 * 1024;
/// Fields of any name.
const FIELDS: usize = 40;
/// Of what is too large, so much is read all the same: who is still sending does not listen.
const HEARD_BYTES: usize = 64 * 1024 * 1024;

/// What was posted.
#[derive(Debug, Default)]
pub(super) struct Form {
    fields: HashMap<String, String>,
    /// The bytes of the field `photo`, when a file was chosen.
    pub(super) photo: Option<Vec<u8>>,
}

impl Form {
    /// A field as typed; empty when it was not posted.
    pub(super) fn get(&self, name: &str) -> String {
        self.fields.get(name).cloned().unwrap_or_default()
    }

    /// A field that says something.
    pub(super) fn filled(&self, name: &str) -> Option<String> {
        self.fields.get(name).filter(|value| !value.is_empty()).cloned()
    }

    /// What a form may weigh that comes with these headers; `None`: it is none.
    pub(super) fn most_bytes(headers: &HeaderMap, photo_bytes: usize) -> Option<usize> {
        match essence(headers).as_str() {
            "application/x-www-form-urlencoded" => Some(TEXT_BYTES),
            "multipart/form-data" => Some(photo_bytes + TEXT_BYTES),
            _ => None,
        }
    }

    /// Reads a request's body.
    ///
    /// # Errors
    /// 400, 413 or 415.
    pub(super) async fn read(request: Request, photo_bytes: usize) -> Result<Self, StatusCode> {
        let essence = essence(request.headers());
        let most = Self::most_bytes(request.headers(), photo_bytes).ok_or(StatusCode::UNSUPPORTED_MEDIA_TYPE)?;
        let announced =
            request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        // Who asks first whether to send (RFC 9110, section 10.1.1) has not begun.
        let waits = request.headers().contains_key(header::EXPECT);
        if announced.is_some_and(|bytes| bytes > if waits { most } else { HEARD_BYTES }) {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let (parts, body) = request.into_parts();
        let bytes = whole(body, most).await?;
        if essence == "multipart/form-data" {
            Self::multipart(Request::from_parts(parts, Body::from(bytes)), photo_bytes).await
        } else {
            Self::urlencoded(&bytes)
        }
    }

    fn urlencoded(bytes: &[u8]) -> Result<Self, StatusCode> {
        let mut form = Self::default();
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decoded(halves.next().unwrap_or_default())?;
            let value = decoded(halves.next().unwrap_or_default())?;
            form.add(name, value)?;
        }
        Ok(form)
    }

    async fn multipart(request: Request, photo_bytes: usize) -> Result<Self, StatusCode> {
        let bad = |_| StatusCode::BAD_REQUEST;
        let mut request = request;
        // The body is read and measured already.
        axum::extract::DefaultBodyLimit::disable().apply(&mut request);
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| StatusCode::BAD_REQUEST)?;
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await.map_err(bad)? {
            let name = part.name().ok_or(StatusCode::BAD_REQUEST)?.to_owned();
            let is_file = part.file_name().is_some();
            let bytes = part.bytes().await.map_err(bad)?;
            if name == "photo" {
                if bytes.len() > photo_bytes {
                    return Err(StatusCode::PAYLOAD_TOO_LARGE);
                }
                if !bytes.is_empty() && form.photo.replace(bytes.to_vec()).is_some() {
                    return Err(StatusCode::BAD_REQUEST);
                }
            } else if is_file {
                return Err(StatusCode::BAD_REQUEST);
            } else {
                if bytes.len() > TEXT_BYTES {
                    return Err(StatusCode::PAYLOAD_TOO_LARGE);
                }
                let value = String::from_utf8(bytes.to_vec()).map_err(|_| StatusCode::BAD_REQUEST)?;
                form.add(name, value)?;
            }
        }
        Ok(form)
    }

    fn add(&mut self, name: String, value: String) -> Result<(), StatusCode> {
        if self.fields.len() >= FIELDS || self.fields.insert(name, value).is_some() {
            return Err(StatusCode::BAD_REQUEST);
        }
        Ok(())
    }
}

/// A body of at most so many bytes.
async fn whole(mut body: Body, most: usize) -> Result<Vec<u8>, StatusCode> {
    let (mut bytes, mut read) = (Vec::new(), 0);
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame.map_err(|_| StatusCode::BAD_REQUEST)?.into_data() else {
            continue;
        };
        read += data.len();
        if read <= most {
            bytes.extend_from_slice(&data);
        } else if read > HEARD_BYTES {
            break;
        }
    }
    if read > most { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(bytes) }
}

/// The media type, without its parameters.
fn essence(headers: &HeaderMap) -> String {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Percent-decoding as forms have it (URL standard, section 5.1), strict about UTF-8.
fn decoded(bytes: &[u8]) -> Result<String, StatusCode> {
    let spaced: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let decoded: Vec<u8> = percent_encoding::percent_decode(&spaced).collect();
    String::from_utf8(decoded).map_err(|_| StatusCode::BAD_REQUEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_strictly() {
        let form = Form::urlencoded("a=1+2&b=%C3%A9&c=&x=1%262".as_bytes()).unwrap();
        assert_eq!((form.get("a").as_str(), form.get("b").as_str(), form.get("x").as_str()), ("1 2", "é", "1&2"));
        assert_eq!(form.filled("c"), None);
        for bad in ["a=1&a=2", "a=%E9", "a=%ED%A0%80"] {
            assert_eq!(Form::urlencoded(bad.as_bytes()).unwrap_err(), StatusCode::BAD_REQUEST, "{bad}");
        }
        let many: Vec<String> = (0..10_000).map(|n| format!("f{n}=1")).collect();
        assert!(Form::urlencoded(many.join("&").as_bytes()).is_err());
    }
}
