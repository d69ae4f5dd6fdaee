// Texts that scripts put on the page. Everything else comes from the server in the reader's language.

const texts = {
  vi: {
    'draft.saving': 'Đang lưu nháp…',
    'draft.saved': 'Đã lưu nháp lúc {time}',
    'draft.offline': 'Chưa gửi được nháp lên máy chủ; nội dung được giữ trên máy này.',
    'draft.signed_out': 'Phiên làm việc đã hết hạn. Nội dung được giữ trên máy này: đăng nhập lại rồi mở lại trang này.',
    'draft.lost': 'Không lưu được nháp. Hãy sao chép nội dung trước khi rời trang.',
    'draft.conflict': 'Hồ sơ đã được người khác xử lý. Tải lại trang để xem tình trạng mới.',
    'draft.restored': 'Đã khôi phục nội dung nhập dở lúc {time}.',
    'upload.too_big': 'Tệp “{name}” nặng {size} MB; mỗi tệp không quá {limit} MB. Hãy nén hoặc tách tệp.',
    'upload.wrong_kind': 'Tệp “{name}” không thuộc loại được nhận ({kinds}).',
    'request.failed': 'Máy chủ không trả lời. Kiểm tra mạng rồi thử lại.',
    'request.refused': 'Không thực hiện được. Tải lại trang rồi thử lại.',
    'request.signed_out': 'Phiên làm việc đã hết hạn. Hãy đăng nhập lại.',
    'errors.title': 'Cần sửa các mục sau',
    'check.required': 'Nhập mục “{label}”.',
    'check.choose': 'Chọn một mục cho “{label}”.',
    'check.tick': 'Đánh dấu vào “{label}”.',
    'check.min_length': '“{label}” phải có ít nhất {limit} ký tự.',
    'check.max_length': '“{label}” dài quá {limit} ký tự; hãy rút gọn.',
    'check.pattern': '“{label}” chưa đúng mẫu.',
    'check.number': '“{label}” phải là một số.',
    'check.integer': '“{label}” phải là số nguyên.',
    'check.decimals': '“{label}” có nhiều nhất {limit} chữ số thập phân.',
    'check.min': '“{label}” không được nhỏ hơn {limit}.',
    'check.max': '“{label}” không được lớn hơn {limit}.',
    'check.date': '“{label}”: nhập ngày có thật theo dạng ngày/tháng/năm, ví dụ 05/12/2024.',
    'field.date_hint': 'ngày/tháng/năm',
    'field.select': 'Chọn',
    'form.broken': 'Không hiển thị được biểu mẫu. Tải lại trang; nếu vẫn lỗi, báo quản trị viên.',
    'diagram.here': 'Đang ở đây',
    'diagram.due': 'Hạn {date}',
    'diagram.late': 'Quá hạn {date}',
    'diagram.level': 'Đôn đốc cấp {level}',
    'diagram.done': 'Đã qua',
    'diagram.zoom_in': 'Phóng to',
    'diagram.zoom_out': 'Thu nhỏ',
    'diagram.fit': 'Xem toàn bộ',
    'diagram.broken': 'Không tải được sơ đồ. Tải lại trang để thử lại.',
  },
  en: {
    'draft.saving': 'Saving the draft…',
    'draft.saved': 'Draft saved at {time}',
    'draft.offline': 'The draft could not be sent to the server; it is kept on this computer.',
    'draft.signed_out': 'Your session has ended. What you typed is kept on this computer: sign in and open this page again.',
    'draft.lost': 'The draft could not be saved. Copy your text before you leave the page.',
    'draft.conflict': 'Somebody else has handled this dossier. Reload the page to see where it stands.',
    'draft.restored': 'What you typed at {time} has been restored.',
    'upload.too_big': 'The file “{name}” is {size} MB; a file may be at most {limit} MB. Compress or split it.',
    'upload.wrong_kind': 'The file “{name}” is not of an accepted kind ({kinds}).',
    'request.failed': 'The server does not answer. Check the network and try again.',
    'request.refused': 'This could not be done. Reload the page and try again.',
    'request.signed_out': 'Your session has ended. Sign in again.',
    'errors.title': 'Please correct the following',
    'check.required': 'Enter “{label}”.',
    'check.choose': 'Choose an option for “{label}”.',
    'check.tick': 'Tick “{label}”.',
    'check.min_length': '“{label}” needs at least {limit} characters.',
    'check.max_length': '“{label}” is longer than {limit} characters; please shorten it.',
    'check.pattern': '“{label}” does not have the expected form.',
    'check.number': '“{label}” must be a number.',
    'check.integer': '“{label}” must be a whole number.',
    'check.decimals': '“{label}” may have at most {limit} decimals.',
    'check.min': '“{label}” may not be below {limit}.',
    'check.max': '“{label}” may not be above {limit}.',
    'check.date': '“{label}”: enter a real date as day/month/year, for example 05/12/2024.',
    'field.date_hint': 'day/month/year',
    'field.select': 'Choose',
    'form.broken': 'The form cannot be shown. Reload the page; if it fails again, tell your administrator.',
    'diagram.here': 'Now here',
    'diagram.due': 'Due {date}',
    'diagram.late': 'Overdue {date}',
    'diagram.level': 'Escalated, level {level}',
    'diagram.done': 'Passed',
    'diagram.zoom_in': 'Zoom in',
    'diagram.zoom_out': 'Zoom out',
    'diagram.fit': 'Show all',
    'diagram.broken': 'The diagram could not be loaded. Reload the page to try again.',
  },
};

/** The language of the page, as <html lang> states it: "vi" unless it is "en". */
export function language() {
  return document.documentElement.lang.startsWith('en') ? 'en' : 'vi';
}

/** The text called `key` in the reader's language, with {name} replaced from `params`. */
export function say(key, params = {}) {
  const text = texts[language()][key];
  if (text === undefined) {
    throw new Error(`No text is called ${key}.`);
  }
  return text.replace(/\{(\w+)\}/g, (_, name) => String(params[name]));
}

/** A moment as HH:MM, 24 hours, in the reader's own time. */
export function clockTime(moment) {
  return moment.toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit', hour12: false });
}
