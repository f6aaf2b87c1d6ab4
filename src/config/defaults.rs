//! The words of a French collège, in force where `site.toml` says nothing.

use super::written::{ResourceTable, WordTable};

/// Key, label, closed.
const STATUSES: [(&str, &str, bool); 5] = [
    ("nouveau", "Nouveau", false),
    ("pris-en-charge", "Pris en charge", false),
    ("en-cours", "En cours de résolution", false),
    ("sans-suite", "Sans suite", true),
    ("ferme", "Fermé", true),
];

const CATEGORIES: [(&str, &str); 6] = [
    ("logiciel", "Logiciel"),
    ("materiel", "Matériel"),
    ("internet", "Internet"),
    ("tni", "TNI"),
    ("wifi", "Wifi"),
    ("autre", "Autre"),
];

const SEVERITIES: [(&str, &str); 5] = [
    ("dysfonctionnement", "Dysfonctionnement"),
    ("installation", "Installation"),
    ("mise-a-jour", "Mise à jour"),
    ("reparation", "Réparation"),
    ("changement", "Changement"),
];

/// What is there to be reported when no resource was named: services, which nobody books.
const RESOURCES: [(&str, &str); 4] =
    [("wifi", "Wifi"), ("ent", "ENT"), ("site-internet", "Site internet"), ("autre", "Autre")];

/// What people write for a status that is called otherwise (folded), and the key they mean.
pub(super) const STATUS_SLIPS: [(&str, &str); 17] = [
    ("resolu", "ferme"),
    ("clos", "ferme"),
    ("cloture", "ferme"),
    ("termine", "ferme"),
    ("fini", "ferme"),
    ("regle", "ferme"),
    ("repare", "ferme"),
    ("fait", "ferme"),
    ("ouvert", "nouveau"),
    ("attente", "en-cours"),
    ("abandonne", "sans-suite"),
    ("annule", "sans-suite"),
    ("resolved", "ferme"),
    ("closed", "ferme"),
    ("done", "ferme"),
    ("fixed", "ferme"),
    ("open", "nouveau"),
];

/// The heading of resources that name no group.
pub(super) const GROUP: &str = "Autres";
const SERVICES: &str = "Services";

pub(super) fn statuses() -> Vec<WordTable> {
    let table = |(key, label, closed)| WordTable { closed: Some(closed), ..word(key, label) };
    STATUSES.into_iter().map(table).collect()
}

pub(super) fn categories() -> Vec<WordTable> {
    CATEGORIES.into_iter().map(|(key, label)| word(key, label)).collect()
}

pub(super) fn severities() -> Vec<WordTable> {
    SEVERITIES.into_iter().map(|(key, label)| word(key, label)).collect()
}

pub(super) fn resources() -> Vec<ResourceTable> {
    let table = |(id, name): (&str, &str)| ResourceTable {
        id: Some(id.to_owned()),
        name: Some(name.to_owned()),
        group: Some(SERVICES.to_owned()),
        bookable: Some(false),
        ..ResourceTable::default()
    };
    RESOURCES.into_iter().map(table).collect()
}

fn word(key: &str, label: &str) -> WordTable {
    WordTable { key: Some(key.to_owned()), label: Some(label.to_owned()), ..WordTable::default() }
}
