"""How figures look; for matplotlib.rc_context."""
COLORS = ["#1f6f8b", "#d1495b", "#edae49", "#66a182", "#5f4b8b", "#8d6a4f", "#3d5a80", "#a23b72"]

STYLE = {
    "font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#666666",
    "axes.labelcolor": "#333333", "xtick.color": "#666666", "ytick.color": "#666666", "axes.titlesize": 9,
    "axes.titlelocation": "left", "axes.titlecolor": "#333333", "legend.frameon": False, "figure.dpi": 150,
}
