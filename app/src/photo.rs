//! Pictures from a camera are made small enough to send over a weak connection and still be read.

use js_sys::{Function, Promise};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap, ImageBitmapOptions, ImageOrientation};

/// The longer side of what is sent, in pixels: the small print of a letter stays readable.
const LONG_SIDE: f64 = 2000.0;

/// Below so many bytes a picture goes as it is, unless it is large in pixels.
const SMALL: f64 = 600_000.0;

/// The picture as a JPEG whose longer side has at most 2000 pixels, turned the right way up; or nothing
/// where it is small already or the browser can't read it, and the file goes as it is.
pub async fn scaled(file: &Blob) -> Option<Blob> {
    let options = ImageBitmapOptions::new();
    options.set_image_orientation(ImageOrientation::FromImage);
    let asked =
        leptos::prelude::window().create_image_bitmap_with_blob_and_image_bitmap_options(file, &options).ok()?;
    let picture: ImageBitmap = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let scale = (LONG_SIDE / width.max(height)).min(1.0);
    if scale >= 1.0 && file.size() <= SMALL {
        picture.close();
        return None;
    }
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width((width * scale) as u32);
    canvas.set_height((height * scale) as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    // A transparent picture would turn black.
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width * scale, height * scale);
    context.draw_image_with_image_bitmap_and_dw_and_dh(&picture, 0.0, 0.0, width * scale, height * scale).ok()?;
    picture.close();
    let made = Promise::new(&mut |resolve: Function, _| {
        let give = Closure::once_into_js(move |blob: JsValue| {
            let _ = resolve.call1(&JsValue::NULL, &blob);
        });
        let _ =
            canvas.to_blob_with_type_and_encoder_options(give.unchecked_ref(), "image/jpeg", &JsValue::from_f64(0.85));
    });
    JsFuture::from(made).await.ok()?.dyn_into().ok()
}
