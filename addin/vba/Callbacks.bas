Attribute VB_Name = "Callbacks"
Option Explicit

' One Sub for each button of the ribbon. Nothing is decided here: kesu.live.macros finds the workbook in front,
' runs the macro on it, and says in words what went wrong.

Public Sub KesuNewComplaint(control As IRibbonControl)
    If Not ActiveWorkbook Is Nothing Then RunPython "from kesu.live import macros; macros.run('new_complaint')"
End Sub

Public Sub KesuExplain(control As IRibbonControl)
    If Not ActiveWorkbook Is Nothing Then RunPython "from kesu.live import macros; macros.run('explain')"
End Sub

Public Sub KesuCallBack(control As IRibbonControl)
    If Not ActiveWorkbook Is Nothing Then RunPython "from kesu.live import macros; macros.run('call_back')"
End Sub

Public Sub KesuCloseComplaint(control As IRibbonControl)
    If Not ActiveWorkbook Is Nothing Then RunPython "from kesu.live import macros; macros.run('close_complaint')"
End Sub

Public Sub KesuReopenComplaint(control As IRibbonControl)
    If Not ActiveWorkbook Is Nothing Then RunPython "from kesu.live import macros; macros.run('reopen_complaint')"
End Sub

Public Sub KesuImportTable(control As IRibbonControl)
    If Not ActiveWorkbook Is Nothing Then RunPython "from kesu.live import macros; macros.run('import_table')"
End Sub

Public Sub KesuRefresh(control As IRibbonControl)
    If Not ActiveWorkbook Is Nothing Then RunPython "from kesu.live import macros; macros.run('refresh')"
End Sub

Public Sub KesuCheck(control As IRibbonControl)
    If Not ActiveWorkbook Is Nothing Then RunPython "from kesu.live import macros; macros.run('check')"
End Sub

Public Sub KesuDeadlines(control As IRibbonControl)
    If Not ActiveWorkbook Is Nothing Then RunPython "from kesu.live import macros; macros.run('deadlines')"
End Sub

Public Sub KesuFollowups(control As IRibbonControl)
    If Not ActiveWorkbook Is Nothing Then RunPython "from kesu.live import macros; macros.run('followups')"
End Sub

Public Sub KesuKpis(control As IRibbonControl)
    If Not ActiveWorkbook Is Nothing Then RunPython "from kesu.live import macros; macros.run('kpis')"
End Sub

Public Sub KesuReport(control As IRibbonControl)
    If Not ActiveWorkbook Is Nothing Then RunPython "from kesu.live import macros; macros.run('report')"
End Sub
