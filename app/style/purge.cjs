// Which styles stay: those whose names the app's sources mention, and those whose names it puts together.
module.exports = {
  css: ["app/generated/main.css", "app/generated/rest.css"],
  output: "app/generated",
  content: ["app/src/**/*.rs", "app/*.html"],
  defaultExtractor: (content) => content.match(/[\w!:-]+/g) || [],
  safelist: { greedy: [/^govuk-tag--/] },
};
