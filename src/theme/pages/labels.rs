//! A code for every room and equipment that leads to its form, and sheets of labels to print.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use fast_qr::{ECL, QRBuilder};

use crate::domain::key::Key;
use crate::domain::vocabulary::Term as _;
use crate::theme::plan::{Inputs, Kind, Page};
use crate::theme::scene::{Scene, resource_url};
use crate::theme::view::Link;
use crate::theme::view::report::{Label, Labels};

/// Labels on a sheet of A4, two by four.
const SHEET: usize = 8;
/// Modules of white around a code (ISO/IEC 18004).
const QUIET_ZONE: usize = 4;

/// The picture of a resource's code.
pub(super) fn code_url(id: &Key) -> String {
    format!("resources/{id}.svg")
}

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let mut labels = Vec::new();
    for (group, resources) in super::resource::groups(&scene) {
        for resource in resources.into_iter().filter(|resource| !resource.retired()) {
            let address = Arc::new(format!("{}/tickets/new/?resource={}", scene.site.base_url, resource.id));
            let mut inputs = Inputs::of(&scene);
            inputs.add(address.as_str());
            let code = code_url(&resource.id);
            pages.push(Page::new(code.clone(), Kind::Asset, &inputs, move || Ok(picture(&address)?.into_bytes())));
            labels.push(Label {
                resource: Link { text: resource.name.clone(), url: resource_url(&resource.id) },
                group: group.to_owned(),
                code,
            });
        }
    }
    let view = Labels {
        sheets: labels.chunks(SHEET).map(<[Label]>::to_vec).collect(),
        address: scene.site.base_url.split_once("://").map_or("", |(_, host)| host).to_owned(),
        reachable: scene.site.is_reachable(),
    };
    pages.push(Page::of_view(scene, "resources/labels/index.html", Kind::List, "resources", "labels.html", view));
}

/// The code of an address, black on white in the dark too; a quarter of it may be scratched (level Q).
fn picture(address: &str) -> Result<String> {
    let code = QRBuilder::new(address).ecl(ECL::Q).build().ok().with_context(|| {
        format!("{address} is too long for a code: shorten `site.base_url` or the id of the resource in site.toml")
    })?;
    let mut runs = String::new();
    for y in 0..code.size {
        let mut x = 0;
        for run in code[y].chunk_by(|a, b| a.value() == b.value()) {
            let length = run.len();
            if run[0].value() {
                runs += &format!("M{} {}h{length}v1h-{length}z", x + QUIET_ZONE, y + QUIET_ZONE);
            }
            x += length;
        }
    }
    let side = code.size + 2 * QUIET_ZONE;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{runs}\"/></svg>\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paints the runs of the drawing and reads them as a telephone would.
    #[test]
    fn a_code_leads_to_the_form() {
        const SCALE: u32 = 6;
        let address = "https://guichet.college.example/sous-dossier/tickets/new/?resource=salle-informatique-1";
        let svg = picture(address).unwrap();
        let attribute = |name: &str| svg.rsplit(name).next().unwrap().split('"').next().unwrap();
        let number = |text: &str| text.parse::<u32>().unwrap();
        let side = number(attribute("viewBox=\"0 0 ").split(' ').next().unwrap()) * SCALE;
        let mut paper = image::GrayImage::from_pixel(side, side, image::Luma([255]));
        for run in attribute("<path d=\"").split('z').filter(|run| !run.is_empty()) {
            let (corner, shape) = run[1..].split_once('h').unwrap();
            let (x, y) = corner.split_once(' ').unwrap();
            let length = number(shape.split('v').next().unwrap());
            for (dx, dy) in (0..length * SCALE).flat_map(|dx| (0..SCALE).map(move |dy| (dx, dy))) {
                paper.put_pixel(number(x) * SCALE + dx, number(y) * SCALE + dy, image::Luma([0]));
            }
        }
        let mut seen = rqrr::PreparedImage::prepare(paper);
        let grids = seen.detect_grids();
        assert_eq!(grids.len(), 1);
        assert_eq!(grids[0].decode().unwrap().1, address);
    }
}
