//! A picture from a stranger's phone, made harmless: told by its content, decoded within bounds, turned upright,
//! scaled down, and encoded again, so that nothing of the file itself (EXIF, position, hidden parts) is kept.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};

use tokio::sync::Semaphore;

use crate::desk::Photo;

/// What a file may weigh: a good phone's picture.
pub(super) const BYTES: usize = 12 * 1024 * 1024;
/// Pixels of the longer side that are kept: enough to read a screen on a photo.
const KEPT_SIDE: u32 = 1800;
/// Pixels of a side that are decoded at all.
const DECODED_SIDE: u32 = 16_000;
/// Memory that decoding may take.
const MEMORY: u64 = 400 * 1024 * 1024;
const QUALITY: u8 = 82;

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is no JPEG, PNG, WebP or GIF.
    Type,
    /// It can not be decoded.
    Broken,
    /// It has too many pixels.
    Large,
}

/// Pictures that are decoded at the same time: each may take all the memory that it is allowed.
static TURNS: Semaphore = Semaphore::const_new(2);

/// The picture, encoded anew, when it is its turn.
pub(super) async fn in_turn(bytes: Vec<u8>) -> Result<Photo, Fault> {
    let _turn = TURNS.acquire().await.map_err(|_| Fault::Broken)?;
    tokio::task::spawn_blocking(move || harmless(&bytes)).await.map_err(|_| Fault::Broken)?
}

/// The picture, encoded anew.
fn harmless(bytes: &[u8]) -> Result<Photo, Fault> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Fault::Broken)?;
    match reader.format() {
        Some(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif) => {}
        _ => return Err(Fault::Type),
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(DECODED_SIDE);
    limits.max_image_height = Some(DECODED_SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let fault = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => Fault::Large,
        _ => Fault::Broken,
    };
    let mut decoder = reader.into_decoder().map_err(fault)?;
    let orientation = decoder.orientation().map_err(fault)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(fault)?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > KEPT_SIDE {
        picture = picture.thumbnail(KEPT_SIDE, KEPT_SIDE);
    }
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&picture.to_rgb8()).map_err(fault)?;
    Ok(Photo { name: "photo.jpg".to_owned(), bytes: jpeg })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::new_rgba8(width, height).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    #[test]
    fn pictures_are_told_by_content_and_scaled() {
        let photo = harmless(&png(3000, 10)).unwrap();
        let read = image::load_from_memory(&photo.bytes).unwrap();
        assert_eq!(read.width(), KEPT_SIDE);
        assert_eq!(harmless(b"<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap_err(), Fault::Type);
        assert_eq!(harmless(b"PK\x03\x04").unwrap_err(), Fault::Type);
        assert_eq!(harmless(b"\xff\xd8\xff\xe0junk").unwrap_err(), Fault::Broken);
    }

    #[test]
    fn a_header_that_promises_too_much_is_refused_at_once() {
        let mut bytes = png(10, 10);
        bytes[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
        assert!(matches!(harmless(&bytes).unwrap_err(), Fault::Large | Fault::Broken));
    }
}
