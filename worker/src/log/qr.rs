//! QR codes, as a drawing and as a picture. Mail programs show no drawings.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use crate::problem::Problem;

/// The white margin, in modules (ISO/IEC 18004, section 5.3.8).
const MARGIN: usize = 4;
/// How wide a module is in a picture, in pixels.
const MODULE: usize = 4;

/// A QR code of a text. The lowest level of correction: it is shown on a screen or freshly printed, and every module more
/// makes it harder to read from afar.
pub struct Qr {
    width: usize,
    dark: Vec<bool>,
}

impl Qr {
    /// Of this text, which has room in one.
    pub fn of(text: &str) -> Result<Qr, Problem> {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).map_err(Problem::bug)?;
        let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Ok(Qr { width: code.width(), dark })
    }

    /// Whether the module is dark; the margin is not.
    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |at: usize| at.checked_sub(MARGIN).filter(|at| *at < self.width);
        inside(x).zip(inside(y)).is_some_and(|(x, y)| self.dark[y * self.width + x])
    }

    fn side(&self) -> usize {
        self.width + 2 * MARGIN
    }

    /// As SVG, as wide as it is shown.
    pub fn svg(&self) -> String {
        let side = self.side();
        let mut dark = String::new();
        for y in 0..side {
            let mut x = 0;
            while x < side {
                let run = (x..side).take_while(|&x| self.is_dark(x, y)).count();
                if run > 0 {
                    // Writing into a string can't fail.
                    let _ = write!(dark, "M{x} {y}h{run}v1h-{run}z");
                }
                x += run.max(1);
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{dark}\"/></svg>"
        )
    }

    /// As PNG, black and white.
    pub fn png(&self) -> Result<Vec<u8>, Problem> {
        let side = self.side() * MODULE;
        let row = side.div_ceil(8);
        let mut bits = vec![0_u8; row * side];
        for y in 0..side {
            for x in (0..side).filter(|x| !self.is_dark(x / MODULE, y / MODULE)) {
                bits[y * row + x / 8] |= 0x80 >> (x % 8);
            }
        }
        let mut file = Vec::new();
        let width = u32::try_from(side).map_err(Problem::bug)?;
        let mut encoder = png::Encoder::new(&mut file, width, width);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().map_err(Problem::bug)?;
        writer.write_image_data(&bits).map_err(Problem::bug)?;
        writer.finish().map_err(Problem::bug)?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawing_and_picture_show_the_same_modules() {
        let qr = Qr::of("HTTPS://CONTOH.INVALID/").unwrap();
        let svg = qr.svg();
        let mut drawn = vec![false; qr.side() * qr.side()];
        for run in svg.split("d=\"").last().unwrap().split('M').skip(1) {
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (run, _) = rest.split_once('v').unwrap();
            let number = |text: &str| text.parse::<usize>().unwrap();
            (number(x)..number(x) + number(run)).for_each(|x| drawn[number(y) * qr.side() + x] = true);
        }
        let png = qr.png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut bits = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bits).unwrap();
        for (at, drawn) in drawn.iter().enumerate() {
            let (x, y) = (at % qr.side() * MODULE, at / qr.side() * MODULE);
            let white = bits[y * info.line_size + x / 8] & (0x80 >> (x % 8)) != 0;
            assert_eq!(white, !drawn, "{x} {y}");
        }
        // The finder pattern in the corner, behind the margin.
        assert!(!qr.is_dark(3, 3) && qr.is_dark(4, 4) && qr.is_dark(10, 4) && !qr.is_dark(11, 4));
    }
}
