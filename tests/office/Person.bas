Sub Fill()
  On Error GoTo Failed
  Dim opening(0) As New com.sun.star.beans.PropertyValue
  Dim place(0) As New com.sun.star.beans.PropertyValue
  Dim words(0) As New com.sun.star.beans.PropertyValue
  Dim saving(0) As New com.sun.star.beans.PropertyValue
  opening(0).Name = "Hidden"
  opening(0).Value = True
  book = StarDesktop.loadComponentFromURL(Environ("FILL_SOURCE"), "_blank", 0, opening())
  frame = book.CurrentController.Frame
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  typed = createUnoService("com.sun.star.io.TextInputStream")
  typed.setInputStream(createUnoService("com.sun.star.ucb.SimpleFileAccess").openFileRead(Environ("FILL_TYPED")))
  typed.setEncoding("UTF-8")
  Do While Not typed.isEOF()
    parts = Split(typed.readLine(), Chr(9))
    If UBound(parts) = 2 Then
      place(0).Name = "ToPoint"
      place(0).Value = "$" & parts(0) & "." & parts(1)
      dispatcher.executeDispatch(frame, ".uno:GoToCell", "", 0, place())
      words(0).Name = "StringName"
      words(0).Value = parts(2)
      dispatcher.executeDispatch(frame, ".uno:EnterString", "", 0, words())
    End If
  Loop
  saving(0).Name = "FilterName"
  saving(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(Environ("FILL_TARGET"), saving())
  book.close(True)
  StarDesktop.terminate()
  Exit Sub
Failed:
  trouble = FreeFile
  Open Environ("FILL_FAILED") For Output As #trouble
  Print #trouble, Error$ & " line " & Erl
  Close #trouble
  StarDesktop.terminate()
End Sub
