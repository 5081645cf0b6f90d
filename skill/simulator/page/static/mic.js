// Talking to the speaker, in browsers that can recognise speech. Nothing needs it.

/** Show the button where the browser can; what it understood is handed to `heard`, and why not to `failed`. */
export function microphone(button, { locale, heard, failed }) {
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  if (!Recognition) return;
  button.hidden = false;
  let going = null;
  const off = () => {
    going = null;
    button.setAttribute("aria-pressed", "false");
  };
  button.addEventListener("click", () => {
    if (going) return void going.stop();
    going = new Recognition();
    going.lang = locale();
    going.onresult = (event) => heard(event.results[0][0].transcript);
    going.onerror = (event) => failed(event.error);
    going.onend = off;
    button.setAttribute("aria-pressed", "true");
    going.start();
  });
}
