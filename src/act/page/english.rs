//! The English texts.

use super::words::{Case, Labels, Words, can_hide, may_be_opened};
use super::{Notice, Outcome};
use crate::vocab::Reason;

pub(super) const LABELS: Labels = Labels {
    nothing_stored: "Nothing was stored on the site.",
    may_be_stored: "What you sent has reached the site and may have been stored. Please check before you send it again.",
    steps: "What you can do",
    found: "What was found",
    more: "And {} more.",
    post_hidden: "Post it with the personal data hidden",
    post_as_it_is: "Post it as it is",
    receipt: "What becomes of it is told at the address below. Only who knows it can see that; please keep it.",
    send: "Post it now",
    said: "From the office",
    answer: "What the site answered",
    reason: "Why you need it (this is recorded)",
    give: "Record the reason and go on",
    own_text: "Your text",
    own_text_hint: "Personal data in it is hidden. It cannot be edited here; copy it if you need it again.",
    duty: "Why we do this",
    duty_text: "Articles 24, 24-2 and 29 of the Personal Information Protection Act oblige this office to keep \
                personal data, above all unique identifiers, from being exposed.",
    contact: "Contact",
    office: "Office",
    phone: "Telephone",
    mail: "E-mail",
    hours: "Hours",
    reference: "Reference",
    time: "Time",
};

const ASK: &str = "If the information is needed, please contact the office and give the reference below.";
const AGAIN: &str = "Please try again in a few minutes.";
const STILL: &str = "If it still does not work, please give the office the reference below.";

pub(super) fn words(notice: &Notice) -> Words {
    let case = Case::of(notice);
    match notice.outcome {
        Outcome::Blocked if can_hide(notice) => OFFERED,
        Outcome::Blocked => blocked(case),
        Outcome::CannotInspect(reason) => cannot_inspect(case, reason),
        Outcome::MaskReturned => MASK_RETURNED,
        Outcome::StarsReturned => STARS_RETURNED,
        Outcome::Reference => REFERENCE,
        Outcome::FileType => Words {
            title: "Not posted: files of this type are not taken",
            why: "Programs, and what a server could run, cannot be attached. They are known by their content, whatever they are called.",
            steps: &["Take the file out and post again.", ASK],
        },
        Outcome::NoAccess => Words {
            title: "This page is for certain people only",
            why: "It cannot be used from where you are, or with your account.",
            steps: &["If it is your office's, connect from the place that is meant for it.", STILL],
        },
        Outcome::Gone => Words {
            title: "This page is gone",
            why: "It is not offered any more.",
            steps: &["If you look for something, please ask the office."],
        },
        Outcome::Listing => Words {
            title: "The files of a folder are not listed",
            why: "This address is a folder, not a page.",
            steps: &["Please start from the front page of the site.", STILL],
        },
        Outcome::TooMuch => Words {
            title: "Too much personal data in a short time",
            why: "More was shown to you than is meant to be within a time, so nothing more is for a while. This is recorded.",
            steps: &["If your work needs it, please ask the office.", STILL],
        },
        Outcome::Warned => Words {
            title: "There is personal data in it. Post it all the same?",
            why: "It has not been posted yet. Anyone, and search engines, could see what is listed below. Please choose within 20 minutes.",
            steps: if can_hide(notice) {
                &[
                    "To post it hidden or as it is, press a button below. Nothing needs to be written or attached again.",
                    "To edit it, go back in your browser.",
                    "Do not post what is about somebody else as it is.",
                ]
            } else {
                &[
                    "To post it as it is, press the button below. It stands where it cannot be hidden.",
                    "To edit it, go back in your browser.",
                    "Do not post what is about somebody else as it is.",
                ]
            },
        },
        Outcome::AskReason => Words {
            title: "There is much personal data in it. Please say why you need it",
            why: "What you ask for holds what is listed below. The reason is recorded with account, time and address, and reviewed monthly. \
                  Please answer within 20 minutes.",
            steps: &[
                "Write the reason in words and press the button to go on; dots or digits alone are no reason.",
                "Keep what you get encrypted, and destroy it after use.",
                "If you do not need it, go back in your browser.",
            ],
        },
        Outcome::Held => Words {
            title: "Waiting for approval",
            why: "There is personal data in it, so it has not been posted yet. What you wrote and attached is kept encrypted.",
            steps: &[
                "Keep the address of the receipt, and look there again.",
                "Once it is approved, how it is posted is told there. Nothing needs to be written again.",
                "If it is not approved by the deadline it is destroyed, which the receipt tells.",
            ],
        },
        Outcome::Approved => Words {
            title: "It is approved",
            why: "The office has looked at it. The button below posts it once, as you are logged in now.",
            steps: &["If the site wants a login, log in first.", "Press “Post it now”."],
        },
        Outcome::SignInFirst => Words {
            title: "It is approved; log in to post it",
            why: "You were logged in when you wrote it, and are not logged in under that name now. So it was not sent, and is still kept.",
            steps: &[
                "Log in at the site under the name you wrote it with. If you are logged in, log out and in again.",
                "Come back to the address of the receipt, and press “Post it now”.",
            ],
        },
        Outcome::HoldRefused => Words {
            title: "It was not approved",
            why: "The office has decided not to post it. What was kept is destroyed.",
            steps: &["Take the personal data out and write again.", ASK],
        },
        Outcome::HoldExpired => Words {
            title: "Too late: it was destroyed",
            why: "It was not approved and posted in time, so what was kept is destroyed. Nothing was posted.",
            steps: &["Write again if you need to.", ASK],
        },
        Outcome::Forwarding => Words {
            title: "It is approved, and on its way",
            why: "The office has looked at it. It is sent to the site once, as you wrote it. There is nothing to press.",
            steps: &["Reload this page in a moment to see what the site answered."],
        },
        Outcome::HoldUnsent => Words {
            title: "It was approved, and could not be posted",
            why: "What was kept could not be sent to the site. Nothing of it is there, and it is not sent again.",
            steps: &["Please write it again.", STILL],
        },
        Outcome::HoldShut => Words {
            title: "It is approved, and cannot be posted now",
            why: "The server that you have reached cannot open what was kept. Nothing was posted; it stays kept until its deadline.",
            steps: &[
                "Open the address of the receipt again in a moment. It is posted once you reach the server that has it.",
                STILL,
                "If it is urgent, please write it again.",
            ],
        },
        Outcome::HoldUnknown => Words {
            title: "It was sent; whether it is posted is not known",
            why: "The site has given no answer, or none yet. So that it is not posted twice, it is not sent again.",
            steps: &["Please look at the site whether it is there.", "If it is not, write it again."],
        },
        Outcome::HoldFailed => Words {
            title: "The site did not take it",
            why: "It was approved and sent, and the site did not take it. You may have been logged out. It is not sent again.",
            steps: &["Log in and write again.", ASK],
        },
        Outcome::Sent => Words {
            title: "It is posted already",
            why: "It was approved, and sent to the site once.",
            steps: &["Please look at the site."],
        },
        Outcome::TooLate if case == Case::Answer => ANSWER_TOO_LATE,
        Outcome::TooLate => Words {
            title: "Nothing was done: what you were asked about is gone",
            why: "More than 20 minutes have passed, or it was done already, or you have logged in anew, or another server of this \
                  site has answered. Nothing was posted now.",
            steps: &[
                "Please see first whether it is there already.",
                "If it is not, go back and press once more: it is done if the server that asked you answers.",
                "If that does not help, post it or open it again.",
            ],
        },
        Outcome::NoReceipt => Words {
            title: "No post is known under this address",
            why: "The address is cut or wrong, or the record of the post was removed when its time had passed.",
            steps: &["Please see whether the address is complete.", ASK],
        },
        Outcome::Overload => overload(case),
        Outcome::BadRequest => Words {
            title: "Not processed: the request is malformed",
            why: "What your browser or program sent is damaged or breaks the rules of HTTP.",
            steps: &["Go back, reload the page and try again.", STILL],
        },
        Outcome::TooLarge => Words {
            title: "Not accepted: too large",
            why: "What you sent is larger than this site takes.",
            steps: &["Make the attachment smaller, or split it, and post again.", "If you cannot, contact the office."],
        },
        Outcome::Timeout => Words {
            title: "Not accepted: it did not arrive in time",
            why: "What you were sending did not arrive completely within the time allowed.",
            steps: &["Check your connection and try again.", "Split large files."],
        },
        Outcome::SiteDown => Words {
            title: "The site cannot be reached",
            why: "The server behind this site does not answer, or broke off.",
            steps: &[AGAIN, STILL],
        },
        Outcome::SiteSlow => Words {
            title: "The site did not answer in time",
            why: "The server behind this site took longer than the time allowed.",
            steps: &[AGAIN, STILL],
        },
        Outcome::NoSuchSite => Words {
            title: "There is no site of this name here",
            why: "The address you asked for is not one of the sites served here.",
            steps: &["Check the address for mistakes."],
        },
    }
}

const OFFERED: Words = Words {
    title: "Not posted: it contains personal data",
    why: "The personal data listed below was found in what you sent. It can be posted with that hidden, in attachments too.",
    steps: &[
        "To post it with the personal data hidden, press the button below within 20 minutes. Nothing needs to be written or attached again.",
        "To edit it, use your browser's Back button, remove the data listed below, and post again.",
        ASK,
    ],
};

/// What a reader gave the reason for is no longer there.
const ANSWER_TOO_LATE: Words = Words {
    title: "Nothing was shown: what you were asked about is gone",
    why: "More than 20 minutes have passed, or it was shown once already, or you have logged in anew, or another server of this \
          site has answered. Nothing was shown now.",
    steps: &[
        "Please see first whether you have it already.",
        "If you do not, open the page or file again and say why within 20 minutes.",
        STILL,
    ],
};

const fn blocked(case: Case) -> Words {
    match case {
        Case::File | Case::Post => Words {
            title: "Not posted: it contains personal data",
            why: "The personal data listed below was found in what you sent.",
            steps: &[
                "Use your browser's Back button, remove the data listed below, and post again.",
                "If you had attached a file, choose it again.",
                ASK,
            ],
        },
        Case::Request => Words {
            title: "Not sent: the address contains personal data",
            why: "The personal data listed below was found in the address or the search words. Addresses are recorded in \
                  many places.",
            steps: &["Remove the data from the address or the search words and try again.", ASK],
        },
        Case::Answer => Words {
            title: "Not shown: this page contains personal data",
            why: "The site's answer holds the personal data listed below.",
            steps: &["Use your browser's Back button to go on elsewhere.", ASK],
        },
    }
}

const fn cannot_inspect(case: Case, reason: Reason) -> Words {
    let why = why(reason);
    match case {
        Case::File => Words {
            title: "Not posted: the attachment could not be opened",
            why,
            steps: if may_be_opened(reason) {
                &[
                    "Remove the password or the packing, check that the file opens, and post again.",
                    "If that does not help, send it to the office.",
                ]
            } else {
                &[
                    "Save the file in another format, or split it, and post again.",
                    "If that does not help, send it to the office.",
                ]
            },
        },
        Case::Post => Words {
            title: "Not posted: the content could not be checked",
            why,
            steps: &["Go back, reload the page and post again.", STILL],
        },
        Case::Request => Words {
            title: "Not sent: the request could not be checked",
            why,
            steps: &["Go back, reload the page and try again.", STILL],
        },
        Case::Answer => Words {
            title: "Not shown: the content could not be checked",
            why,
            steps: &["Use your browser's Back button to go on elsewhere.", STILL],
        },
    }
}

const MASK_RETURNED: Words = Words {
    title: "Not saved: a hidden value came back",
    why: "A value that was hidden on the page behind stars (*) and tildes (~) was sent back as it stood. Saving it would \
          have replaced the real value by the hidden one, so nothing was saved. The real value is unchanged.",
    steps: &[
        "If the value may go, use your browser's Back button, delete the part with stars and tildes, and save again.",
        "To change something else and keep the value, ask the office to make the change.",
    ],
};

const STARS_RETURNED: Words = Words {
    title: "Not saved: a field holds only stars",
    why: "A field holds nothing but a value that is hidden behind stars (*), as pages show it. Saving it might have replaced the \
          real value by the hidden one, so nothing was saved. The real value is unchanged.",
    steps: &[
        "Go back, and write the value in full, or leave the field empty.",
        "To change something else and keep the value, ask the office to make the change.",
    ],
};

const REFERENCE: Words = Words {
    title: "Not processed: the page was open too long",
    why: "The page held a protected value that can no longer be opened: the page was open too long, you have signed in or \
          out since, or the address came from somebody else. Nothing was changed.",
    steps: &["Copy your text, so that it is not lost.", "Go back, reload the page, and then try again.", STILL],
};

const fn overload(case: Case) -> Words {
    match case {
        Case::File | Case::Post => Words {
            title: "Not posted: we cannot check posts right now",
            why: "Too much is arriving at once, or what was checked cannot be kept or recorded. Nothing is posted unchecked and unrecorded.",
            steps: &["Copy your text, so that it is not lost.", AGAIN],
        },
        Case::Request | Case::Answer => Words {
            title: "This page cannot be shown right now",
            why: "Too much is arriving at once, or what is done cannot be recorded.",
            steps: &[AGAIN],
        },
    }
}

const fn why(reason: Reason) -> &'static str {
    match reason {
        Reason::Upgrade => {
            "Live connections whose content cannot be read (such as WebSocket) are not allowed on this site."
        }
        Reason::Binary => {
            "It is an image, a document, an archive or another format that cannot be read as text, so it could not be \
             checked for personal data."
        }
        Reason::Damaged => "It is damaged or breaks its own format, so it could not be checked for personal data.",
        Reason::Entities => {
            "Its document type declaration (DTD) can stand for other text, so it could not be checked for personal data."
        }
        Reason::Coding => "Its compression could not be undone, so it could not be checked for personal data.",
        Reason::Charset => "Its characters could not be read, so it could not be checked for personal data.",
        Reason::TooLarge => "It is too large or has too many parts to be checked for personal data to the end.",
        Reason::MaskReturned => MASK_RETURNED.why,
        Reason::StarsReturned => STARS_RETURNED.why,
        Reason::Reference => REFERENCE.why,
        Reason::Encrypted => {
            "It is encrypted or locked with a password, so it could not be checked for personal data. Take the password off and send it again."
        }
        Reason::Drm => {
            "A rights management system (DRM) has locked it, so it could not be checked for personal data. Release it and send it again."
        }
        Reason::TooDeep => "It holds files within files too deep to be checked for personal data.",
        Reason::TooManyEntries => "It has too many entries to be checked for personal data to the end.",
        Reason::Overlapping => "Its entries share their bytes, as those of archives made to do harm do.",
        Reason::Bomb => "It expands out of all proportion, as archives made to do harm do.",
        Reason::OutOfTime => "It could not be checked for personal data in the time there is.",
        Reason::Image => "What a picture, a sound or a film shows cannot be checked for personal data.",
        Reason::ImageOnlyPdf => "Its pages are pictures without text, so it could not be checked for personal data.",
        Reason::UndecodableGlyphs => {
            "Its letters cannot be told from its fonts, so it could not be checked for personal data."
        }
        Reason::UnknownFormat => "Its format is not known. It was searched as text, but that may not be all it holds.",
        Reason::Unsupported => {
            "A part of it is written in a way that cannot be read, so it could not be checked for personal data."
        }
        Reason::Fragment => {
            "It is a piece of a file that is sent in pieces, so it could not be checked for personal data."
        }
        Reason::EncryptedField => {
            "The page has encrypted it before it was sent, so it could not be checked for personal data."
        }
        Reason::WorkerDied => "Opening it failed, so it could not be checked for personal data.",
    }
}
