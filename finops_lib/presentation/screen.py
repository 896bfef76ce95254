"""The few rules that a value brings along for JupyterLab, light or dark; on paper they are silent."""

from __future__ import annotations

from finops_lib.presentation import colors, fonts

_TYPE = f'"{fonts.FAMILY}","Helvetica Neue",Arial,sans-serif'
_RULES = f"""
.fo-figure,table.fo-table{{background:#fff;color:{colors.INK};font:13px/1.4 {_TYPE};margin:8px 0;padding:8px}}
.fo-message{{font:600 16px/1.35 {_TYPE};margin:0 0 2px;max-width:48em}}
.fo-body,.fo-empty,.fo-decision{{font:14px/1.5 {_TYPE};max-width:54em}}
.fo-decision{{border-left:4px solid {colors.ACCENT};padding-left:12px;font-weight:600}}
.fo-title,.fo-source{{color:{colors.MUTED};font:12px/1.4 {_TYPE};margin:0 0 6px}}
table.fo-table{{border-collapse:collapse;font-variant-numeric:tabular-nums}}
table.fo-table caption{{text-align:left;caption-side:top;background:#fff;padding:8px}}
table.fo-table th,table.fo-table td{{background:#fff;color:{colors.INK};font-weight:400;padding:3px 10px}}
table.fo-table th,table.fo-table td{{border-bottom:1px solid {colors.RULE};text-align:left;vertical-align:top}}
table.fo-table thead th{{font-weight:600;border-bottom-color:{colors.INK}}}
table.fo-table .fo-number{{text-align:right;white-space:nowrap}}
table.fo-table .fo-total th,table.fo-table .fo-total td{{border-top:1.5px solid {colors.INK};font-weight:600}}
table.fo-table .fo-better,.fo-better{{color:{colors.BETTER}}}table.fo-table .fo-worse,.fo-worse{{color:{colors.WORSE}}}
.fo-kpis{{display:flex;flex-wrap:wrap;gap:12px 28px;list-style:none;padding:8px;margin:8px 0;background:#fff}}
.fo-kpis p{{margin:0;font:12px/1.4 {_TYPE};color:{colors.MUTED}}}
.fo-kpis .fo-kpi-value{{font:600 20px/1.3 {_TYPE};color:{colors.INK}}}
"""

STYLE = f'<style class="fo-screen">@media screen{{{_RULES.replace(chr(10), "")}}}</style>'
