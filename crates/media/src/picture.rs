//! Pictures in sensible sizes.
//!
//! How many pixels a picture has is asked before anything is decoded, so that a small file that unfolds to gigabytes
//! is refused.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, RgbImage};

use crate::flaw::Flaw;
use crate::format::{Format, sniff};

/// The longer sides that pictures are made in, in pixels: a list, a page, a phone, a large screen.
pub const SIZES: [u32; 4] = [96, 300, 600, 1_200];
/// Longest file that is read, in bytes.
pub const LARGEST_FILE: usize = 40 * 1024 * 1024;
/// Most pixels of a picture that is decoded.
pub const MOST_PIXELS: u64 = 36_000_000;
/// Quality of the JPEG that is written, of 100.
const QUALITY: u8 = 85;

/// A picture in one size, as JPEG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sized {
    /// The longer side it was made for.
    pub size: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The JPEG.
    pub jpeg: Vec<u8>,
}

/// What a picture is, as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// Its format.
    pub format: Format,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// A picture in all sizes it is large enough for, smallest first; one at least, never larger than it came.
///
/// # Errors
/// A [`Flaw`] where it is no picture, too large, or damaged.
pub fn sizes(bytes: &[u8]) -> Result<(About, Vec<Sized>), Flaw> {
    let about = about(bytes)?;
    let mut picture = decode(bytes, about.format)?;
    let longest = picture.width().max(picture.height());
    let fitting = SIZES.iter().copied().filter(|s| *s < longest);
    // The next larger size is the picture as large as it is.
    let top = SIZES.iter().copied().find(|s| *s >= longest);
    let mut made = Vec::new();
    for size in fitting.chain(top).rev_sorted() {
        picture = fit(picture, size);
        made.push(Sized { size, width: picture.width(), height: picture.height(), jpeg: encode(&picture)? });
    }
    made.reverse();
    Ok((about, made))
}

/// An invented cover as JPEG, `pixels` wide and high (16 to 2,000): rings, bars or hills in three colours. The same
/// number gives the same picture.
///
/// # Errors
/// Where it cannot be written, which would be a fault of the encoder.
pub fn drawn(seed: u64, pixels: u32) -> Result<Vec<u8>, Flaw> {
    const COLOURS: [[[u8; 3]; 3]; 8] = [
        [[18, 32, 47], [244, 162, 97], [233, 196, 106]],
        [[38, 70, 83], [42, 157, 143], [241, 250, 238]],
        [[61, 12, 60], [233, 69, 96], [245, 222, 179]],
        [[15, 76, 58], [181, 201, 154], [255, 243, 176]],
        [[27, 27, 58], [105, 48, 195], [116, 0, 184]],
        [[68, 36, 24], [201, 111, 71], [238, 214, 196]],
        [[10, 46, 87], [72, 149, 239], [214, 238, 255]],
        [[40, 40, 40], [200, 200, 190], [220, 60, 40]],
    ];
    let pixels = pixels.clamp(16, 2_000);
    let mix = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let [deep, middle, light] = COLOURS[(mix >> 61) as usize % 8];
    let (centre_x, centre_y) = ((mix >> 8 & 255) as f32 / 255.0, (mix >> 16 & 255) as f32 / 255.0);
    let width = 0.04 + (mix >> 24 & 15) as f32 / 150.0;
    let unit = 1.0 / pixels as f32;
    let picture = RgbImage::from_fn(pixels, pixels, |x, y| {
        let (x, y) = (x as f32 * unit, y as f32 * unit);
        let far = ((x - centre_x).powi(2) + (y - centre_y).powi(2)).sqrt();
        let place = match mix >> 32 & 3 {
            0 => far / width,
            1 => (x + y * centre_x) / width,
            2 => (y + 0.1 * (x * 9.0 + centre_x * 6.0).sin()) / width,
            _ => ((x * 6.0).floor() * 3.0 + (y * 6.0).floor() * 5.0) * centre_y,
        };
        let colour = match place as u32 % 4 {
            0 | 2 => deep,
            1 => middle,
            _ => light,
        };
        let shade = 0.75 + 0.25 * (1.0 - y);
        image::Rgb(colour.map(|c| (f32::from(c) * shade) as u8))
    });
    encode(&picture)
}

trait RevSorted: Iterator<Item = u32> + std::marker::Sized {
    /// Largest first, since each size is made from the one above.
    fn rev_sorted(self) -> std::vec::IntoIter<u32> {
        let mut all: Vec<u32> = self.collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all.into_iter()
    }
}

impl<I: Iterator<Item = u32>> RevSorted for I {}

/// What a picture is, without decoding it.
///
/// # Errors
/// As [`sizes`].
pub fn about(bytes: &[u8]) -> Result<About, Flaw> {
    let format = sniff(bytes).filter(|f| f.is_picture()).ok_or_else(|| {
        Flaw::new("picture-unknown", "the content is no picture", "send JPEG, PNG, WebP or GIF")
    })?;
    if bytes.len() > LARGEST_FILE {
        let words = format!("the picture has {} MB", bytes.len() / 1_000_000);
        return Err(Flaw::new("picture-too-large", words, "send one of at most 40 MB"));
    }
    let (width, height) = reader(bytes, format).into_dimensions().map_err(|e| damaged(&e))?;
    if u64::from(width) * u64::from(height) > MOST_PIXELS || width == 0 || height == 0 {
        let words = format!("the picture has {width} × {height} pixels");
        return Err(Flaw::new("picture-too-large", words, "send one of at most 36 million pixels"));
    }
    Ok(About { format, width, height })
}

fn reader(bytes: &[u8], format: Format) -> ImageReader<Cursor<&[u8]>> {
    let kind = match format {
        Format::Png => ImageFormat::Png,
        Format::Webp => ImageFormat::WebP,
        Format::Gif => ImageFormat::Gif,
        _ => ImageFormat::Jpeg,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_PIXELS * 8);
    reader.limits(limits);
    reader
}

fn decode(bytes: &[u8], format: Format) -> Result<RgbImage, Flaw> {
    let mut decoder = reader(bytes, format).into_decoder().map_err(|e| damaged(&e))?;
    let turned = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|e| damaged(&e))?;
    if let Some(turned) = turned {
        picture.apply_orientation(turned);
    }
    if !picture.color().has_alpha() {
        return Ok(picture.into_rgb8());
    }
    // What shines through shines through on white.
    let see_through = picture.into_rgba8();
    let mut flat = RgbImage::new(see_through.width(), see_through.height());
    for (out, pixel) in flat.pixels_mut().zip(see_through.pixels()) {
        let [r, g, b, a] = pixel.0.map(u32::from);
        out.0 = [r, g, b].map(|c| ((c * a + 255 * (255 - a)) / 255) as u8);
    }
    Ok(flat)
}

fn fit(picture: RgbImage, size: u32) -> RgbImage {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= size {
        return picture;
    }
    let scaled = |side: u32| {
        u32::try_from(u64::from(side) * u64::from(size) / u64::from(longest)).unwrap_or(size).clamp(1, size)
    };
    let (to_width, to_height) = (scaled(width), scaled(height));
    resize(&picture, to_width, to_height, FilterType::Lanczos3)
}

fn encode(picture: &RgbImage) -> Result<Vec<u8>, Flaw> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(picture).map_err(|e| odd(&e))?;
    Ok(jpeg)
}

fn damaged(error: &image::ImageError) -> Flaw {
    let words = format!("the picture cannot be decoded: {error}");
    Flaw::new("picture-damaged", words, "send it again as JPEG or PNG")
}

fn odd(error: &dyn std::fmt::Display) -> Flaw {
    let words = format!("the picture cannot be resized: {error}");
    Flaw::new("picture-damaged", words, "send it again as JPEG or PNG")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32, alpha: bool) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        let picture = image::RgbaImage::from_fn(width, height, |x, y| {
            image::Rgba([(x % 256) as u8, (y % 256) as u8, 90, if alpha { 0 } else { 255 }])
        });
        DynamicImage::from(picture).write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    #[test]
    fn a_picture_comes_in_the_sizes_it_is_large_enough_for() {
        let (about, made) = sizes(&png(800, 400, false)).unwrap();
        assert_eq!((about.width, about.height, about.format), (800, 400, Format::Png));
        let got: Vec<_> = made.iter().map(|s| (s.size, s.width, s.height)).collect();
        assert_eq!(got, [(96, 96, 48), (300, 300, 150), (600, 600, 300), (1_200, 800, 400)]);
        assert!(made.iter().all(|s| sniff(&s.jpeg) == Some(Format::Jpeg)));
        let (_, made) = sizes(&png(10, 1, true)).unwrap();
        assert_eq!((made.len(), made[0].width, made[0].height), (1, 10, 1));
    }

    /// Guards against pictures that unfold: the header claims 30,000 × 30,000 pixels.
    #[test]
    fn what_unfolds_too_far_is_refused_before_it_is_decoded() {
        let mut bytes = png(10, 10, false);
        bytes[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        let flaw = sizes(&bytes).unwrap_err();
        assert!(matches!(flaw.code, "picture-too-large" | "picture-damaged"), "{flaw:?}");
        for cut in [0, 8, 20, 60] {
            assert!(sizes(&png(10, 10, false)[..cut]).is_err());
        }
        assert_eq!(sizes(b"no picture").unwrap_err().code, "picture-unknown");
    }
}
