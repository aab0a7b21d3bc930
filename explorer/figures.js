// The figure of a chart as a file, and the address to the clipboard: made in the browser, without a network.
//
// A button with data-codepeft-save ("svg" or "png") and data-chart (the chart's key) saves what is drawn now. Plotly
// draws a chart as several SVG layers upon each other; they become one file on the page's own background.
if (!window.codepeftFigures) {
  window.codepeftFigures = true;
  const NAMESPACE = "http://www.w3.org/2000/svg";
  const SCALE = 2;

  const drawn = (key) => {
    const name = `st-key-${key.trim().replace(/[^a-zA-Z0-9_-]/g, "-")}`;
    return document.querySelector(`.${CSS.escape(name)} .js-plotly-plot`);
  };

  const picture = (plot) => {
    const layers = [...plot.querySelectorAll(".main-svg")];
    const { width, height } = layers[0].getBoundingClientRect();
    const whole = document.createElementNS(NAMESPACE, "svg");
    const background = document.createElementNS(NAMESPACE, "rect");
    const colour = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor;
    whole.setAttribute("xmlns", NAMESPACE);
    whole.setAttribute("viewBox", `0 0 ${width} ${height}`);
    for (const element of [whole, background]) {
      element.setAttribute("width", width);
      element.setAttribute("height", height);
    }
    background.setAttribute("fill", colour);
    whole.append(background);
    for (const layer of layers) {
      const copy = layer.cloneNode(true);
      copy.querySelectorAll(".hoverlayer, .draglayer, .zoomlayer").forEach((part) => part.remove());
      const group = document.createElementNS(NAMESPACE, "g");
      group.append(...copy.childNodes);
      whole.append(group);
    }
    return { text: new XMLSerializer().serializeToString(whole), width, height };
  };

  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  const asImage = ({ text, width, height }, name) => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = width * SCALE;
      canvas.height = height * SCALE;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, name), "image/png");
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  };

  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-codepeft-save]");
    const plot = button && drawn(button.dataset.chart);
    if (!plot) return;
    const kind = button.dataset.codepeftSave;
    const name = `${button.dataset.name}.${kind}`;
    const made = picture(plot);
    if (kind === "svg") save(new Blob([made.text], { type: "image/svg+xml" }), name);
    else asImage(made, name);
  }, true);
}
