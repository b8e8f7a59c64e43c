// The component that lives on every page and carries english_words.js and chart_touch.js, which stand before it.
//
// Seen with: Streamlit 1.67
// Why: a script in st.html is not told when it ends; a component is.
// Can go when: both have gone.

export default function ({ data }) {
  const ends = [replaceWords(data.words), leaveTouchToThePage()];
  return () => ends.forEach((end) => end());
}
