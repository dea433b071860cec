//! The pages of the board: the list, a post, the forms.

use super::html::{escape, lines, page, segment};
use super::members::{self, MEMBERS, Member};
use super::posts::{Comment, Draft, File, Post};
use super::visits::Visit;

/// The list, with its hit counter.
pub(super) fn list<'a>(posts: impl Iterator<Item = &'a Post>, hits: u64) -> String {
    let mut rows = String::new();
    for post in posts {
        let draft = &post.draft;
        let disk = if draft.file.is_some() { " [파일]" } else { "" };
        let replies =
            if post.comments.is_empty() { String::new() } else { format!(" <b>[{}]</b>", post.comments.len()) };
        rows.push_str(&format!(
            "<tr height=22>\n<td align=center>{number}</td>\n\
             <td><a href=\"/board/{number}\">{subject}</a>{replies}{disk}</td>\n<td>{name}</td>\n\
             <td align=center>{date}</td>\n<td align=right>{views}</td>\n</tr>\n",
            number = post.number,
            subject = escape(or(&draft.subject, "(제목 없음)")),
            name = escape(or(&draft.name, "손님")),
            date = post.date,
            views = post.views,
        ));
    }
    let inner = format!(
        "<table width=\"100%\" border=0 cellspacing=1 cellpadding=3>\n\
         <tr><th width=50>번호</th><th>제목</th><th width=100>작성자</th><th width=90>작성일</th>\
         <th width=50>조회</th></tr>\n{rows}</table>\n\
         <table width=\"100%\"><tr><td>방문자 수: <b>{hits}</b></td>\n\
         <td align=right><input type=button value=\"글쓰기\" onclick=\"location.href='/board/write'\"></td></tr></table>"
    );
    page("목록", &inner)
}

/// One post with its comments.
pub(super) fn post(post: &Post) -> String {
    let draft = &post.draft;
    let file = draft.file.as_ref().map(|file| file_row(post.number, file)).unwrap_or_default();
    let people = people(draft);
    let comments: String = post.comments.iter().map(comment).collect();
    let inner = format!(
        "<table width=\"100%\" border=0 cellspacing=1 cellpadding=4>\n\
         <tr><th width=80>번호</th><td>{number}</td><th width=80>조회</th><td>{views}</td></tr>\n\
         <tr><th>작성자</th><td>{name}</td><th>연락처</th><td>{phone}</td></tr>\n\
         <tr><th>작성일</th><td colspan=3>{date}</td></tr>\n\
         <tr><th>제목</th><td colspan=3><b>{subject}</b></td></tr>\n{file}{people}\
         <tr><td colspan=4 height=120 valign=top>{content}</td></tr>\n</table>\n\
         <table width=\"100%\" border=0 cellspacing=0 cellpadding=3 bgcolor=#f7f7f7>\n{comments}</table>\n\
         <form method=post action=\"/board/{number}/comment\" accept-charset=\"euc-kr\">\n\
         이름 <input type=text name=name size=10> 댓글 <input type=text name=content size=60>\n\
         <input type=submit value=\"등록\">\n</form>\n\
         <a href=\"/board\">목록</a> | <a href=\"/board/{number}/edit\">수정</a> | \
         <a href=\"javascript:go({next})\">다음 글</a>",
        number = post.number,
        next = post.number.saturating_add(1),
        views = post.views,
        name = escape(or(&draft.name, "손님")),
        phone = escape(&draft.phone),
        date = post.date,
        subject = escape(or(&draft.subject, "(제목 없음)")),
        content = lines(&draft.content),
    );
    page(&escape(&draft.subject), &inner)
}

fn file_row(number: u64, file: &File) -> String {
    let (bytes, _, _) = encoding_rs::EUC_KR.encode(&file.name);
    format!(
        "<tr><th>첨부</th><td colspan=3><a href=\"/board/file/{number}/{}\">{}</a> ({} bytes)</td></tr>\n",
        segment(&bytes),
        escape(&file.name),
        file.content.len()
    )
}

/// Whom the post is about, with picture, and who registered it.
fn people(draft: &Draft) -> String {
    let link = |number: &str| {
        let name = members::find(number).map_or("(탈퇴)", |member| member.name);
        format!("<a href=\"/member?rrn={}\">{name}</a>", escape(number))
    };
    let Draft { keeper, leader, .. } = draft;
    let mut rows = String::new();
    if !leader.is_empty() {
        rows.push_str(&format!(
            "<tr><th>대표</th><td colspan=3><img src=\"/photo/{number}.jpg\" width=48 height=60 border=0> {} \
             <input type=button value=\"보기\" onclick=\"view('{number}')\"></td></tr>\n",
            link(leader),
            number = escape(leader),
        ));
    }
    if !keeper.is_empty() {
        rows.push_str(&format!("<tr><th>등록자</th><td colspan=3>{}</td></tr>\n", link(keeper)));
    }
    rows
}

fn comment(comment: &Comment) -> String {
    format!(
        "<tr><td width=80><b>{}</b></td><td>{}</td></tr>\n",
        escape(or(&comment.name, "손님")),
        lines(&comment.content)
    )
}

/// The form for a new post.
pub(super) fn write() -> String {
    let form = "<form method=post action=\"/board/write\" enctype=\"multipart/form-data\" accept-charset=\"euc-kr\">\n";
    let file = "<tr><th>첨부</th><td><input type=file name=file size=40></td></tr>\n";
    page("글쓰기", &format!("{form}{}</form>", fields(["", "", "", ""], file)))
}

/// The form that changes a post: its values stand in inputs and in a textarea.
pub(super) fn edit(post: &Post) -> String {
    let draft = &post.draft;
    let values = [&draft.name, &draft.phone, &draft.subject, &draft.content].map(String::as_str);
    let form = format!(
        "<form method=post action=\"/board/{number}/edit\" accept-charset=\"euc-kr\">\n\
         <input type=hidden name=no value=\"{number}\">\n{}</form>",
        fields(values, &choices(draft)),
        number = post.number
    );
    page("글 고치기", &form)
}

/// Where a post is about a member: which one, and in a hidden input who registered it.
fn choices(draft: &Draft) -> String {
    let Draft { keeper, leader, .. } = draft;
    let mut rows = String::new();
    if !leader.is_empty() {
        let option = |Member { number, name, .. }: &Member| {
            let selected = if number == leader { " selected" } else { "" };
            format!("<option value=\"{number}\"{selected}>{name}</option>\n")
        };
        let options: String = MEMBERS.iter().map(option).collect();
        rows.push_str(&format!("<tr><th>대표</th><td><select name=leader>\n{options}</select></td></tr>\n"));
    }
    if !keeper.is_empty() {
        rows.push_str(&format!("<input type=hidden name=keeper value=\"{}\">\n", escape(keeper)));
    }
    rows
}

fn fields([name, phone, subject, content]: [&str; 4], more: &str) -> String {
    // The first line feed in a textarea is not part of its value.
    format!(
        "<table width=\"100%\" border=0 cellspacing=1 cellpadding=4>\n\
         <tr><th width=80>작성자</th><td><input type=text name=name size=20 value=\"{}\"></td></tr>\n\
         <tr><th>연락처</th><td><input type=text name=phone size=20 value=\"{}\"></td></tr>\n\
         <tr><th>제목</th><td><input type=text name=subject size=60 value=\"{}\"></td></tr>\n\
         <tr><th>내용</th><td><textarea name=content rows=12 cols=80>\n{}</textarea></td></tr>\n{more}\
         <tr><td colspan=2 align=center><input type=submit value=\"저장\"> <input type=reset value=\"다시\"></td></tr>\n\
         </table>\n",
        escape(name),
        escape(phone),
        escape(subject),
        escape(content)
    )
}

/// A member's page.
pub(super) fn member(member: &Member) -> String {
    let Member { number, name, office } = member;
    let inner = format!(
        "<table width=\"100%\" border=0 cellspacing=1 cellpadding=4>\n\
         <tr><td rowspan=3 width=60><img src=\"/photo/{number}.jpg\" width=48 height=60 border=0></td>\
         <th width=80>성명</th><td>{name}</td></tr>\n\
         <tr><th>직책</th><td>{office}</td></tr>\n<tr><th>주민등록번호</th><td>{number}</td></tr>\n</table>\n\
         <a href=\"javascript:history.back()\">뒤로</a> | <a href=\"javascript:view('{number}')\">새로 고침</a>"
    );
    page(&format!("{name} ({number})"), &inner)
}

/// What the board was asked for lately.
pub(super) fn visits<'a>(visits: impl Iterator<Item = &'a Visit>) -> String {
    let row = |Visit { asked, from }: &Visit| format!("<tr><td>{}</td><td>{}</td></tr>\n", escape(asked), escape(from));
    let rows: String = visits.map(row).collect();
    page("접속 기록", &format!("<table width=\"100%\">\n<tr><th>요청</th><th>이전 주소</th></tr>\n{rows}</table>"))
}

/// A page that only says something.
pub(super) fn message(title: &str, text: &str) -> String {
    page(
        title,
        &format!("<p>&nbsp;</p><center><b>{}</b><br><br><a href=\"/board\">목록으로</a></center>", escape(text)),
    )
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}
